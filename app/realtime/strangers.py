"""Sockets of whom nobody knows yet who they are: few of one address, and for seconds only."""

import time
from collections.abc import Callable, Iterator


class Strangers:
    """Since when each socket is one, by its address; ``most`` of one address at a time."""

    def __init__(
        self, most: int, seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most, self._seconds, self._clock = most, seconds, clock
        self._since: dict[str, tuple[str, float]] = {}

    def enter(self, sid: str, address: str) -> str | None:
        """Count a socket; return the one that has to go for it, the oldest of that address."""
        there = [one for one, (other, _) in self._since.items() if other == address]
        self._since[sid] = (address, self._clock())
        return there[0] if len(there) >= self._most else None

    def leave(self, sid: str) -> None:
        """Count it no more: it is known now, or gone."""
        self._since.pop(sid, None)

    def overdue(self) -> Iterator[str]:
        """Yield those whose time is up."""
        limit = self._clock() - self._seconds
        yield from [sid for sid, (_, since) in self._since.items() if since < limit]
