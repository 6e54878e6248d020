"""How many events one socket may send: a burst at first, then so many in a second."""

import time
from collections.abc import Callable


class Rate:
    """A bucket of ``burst`` tokens into which ``per_second`` new ones fall."""

    def __init__(
        self, burst: float, per_second: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._burst, self._per_second, self._clock = burst, per_second, clock
        self._tokens, self._at = burst, clock()

    def take(self) -> bool:
        """Return whether there was a token; it is gone then."""
        at = self._clock()
        self._tokens = min(self._burst, self._tokens + (at - self._at) * self._per_second)
        self._at = at
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True
