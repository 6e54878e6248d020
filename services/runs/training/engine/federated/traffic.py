"""How many bytes went to each site and came back, in one round."""

from collections import Counter


class Traffic:
    """Counts everything that travels: models out, updates and measurements back."""

    def __init__(self) -> None:
        self._down: Counter[str] = Counter()
        self._up: Counter[str] = Counter()

    def begin(self) -> None:
        """Count again, for the next round."""
        self._down.clear()
        self._up.clear()

    def add(self, client: str, down: int, up: int) -> None:
        """Add what one message and its answer carried."""
        self._down[client] += down
        self._up[client] += up

    def of(self, client: str) -> tuple[int, int]:
        """Return the bytes to a site and from it."""
        return self._down[client], self._up[client]

    @property
    def total(self) -> tuple[int, int]:
        """Return the bytes to all sites and from them."""
        return self._down.total(), self._up.total()
