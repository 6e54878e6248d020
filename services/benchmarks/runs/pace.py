"""How fast something goes: settled items per second over the last half minute, and what is left."""

from collections import deque

WINDOW = 30.0  # seconds over which the rate is taken


class Pace:
    """Marks of how many items were settled when; times are in seconds of one clock."""

    def __init__(self, at: float, settled: int) -> None:
        self._marks: deque[tuple[float, int]] = deque([(at, settled)])

    def mark(self, at: float, settled: int) -> None:
        """Note how many are settled now."""
        self._marks.append((at, settled))
        while self._marks[0][0] < at - WINDOW and len(self._marks) > 2:
            self._marks.popleft()

    def rate(self) -> float | None:
        """Return items per second; None while there is nothing to go by."""
        (began, before), (ended, after) = self._marks[0], self._marks[-1]
        return (after - before) / (ended - began) if ended > began and after > before else None

    def shown(self, left: int) -> dict[str, float | None]:
        """Return ``rate`` and ``eta_seconds``, rounded, for ``left`` items."""
        rate = self.rate()
        return {
            "rate": None if rate is None else round(rate, 3),
            "eta_seconds": None if rate is None else round(left / rate, 1),
        }
