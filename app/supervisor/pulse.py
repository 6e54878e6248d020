"""Hearing whether a child lives, and measuring for how long it has not said so."""

import os
import time
from collections.abc import Callable
from contextlib import suppress

from app.pulse import VARIABLE

LOOK_SECONDS = 2.0  # of silence that one look may add, however long ago the last one was


class Pulse:
    """The supervisor's end of the pipe of one process.

    A process is silent only from its first beat on: how long a start takes nobody knows. And only
    while the supervisor looks: a host that slept, or is too busy, made no child silent.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._reader, self.writer = os.pipe()
        os.set_blocking(self._reader, False)
        os.set_blocking(self.writer, False)
        self._clock = clock
        self._looked = clock()
        self._silent: float | None = None

    @property
    def environment(self) -> dict[str, str]:
        """What the process has to know."""
        return {VARIABLE: str(self.writer)}

    def started(self) -> None:
        """Close the end that the process has now."""
        os.close(self.writer)

    def silence(self) -> float:
        """Return for how many seconds nothing was heard; 0 before the first beat."""
        at = self._clock()
        since, self._looked = min(at - self._looked, LOOK_SECONDS), at
        if self._heard():
            self._silent = 0.0
        elif self._silent is not None:
            self._silent += since
        return self._silent or 0.0

    def close(self) -> None:
        """Hear no more."""
        os.close(self._reader)

    def _heard(self) -> bool:
        with suppress(BlockingIOError):
            return bool(os.read(self._reader, 65_536))
        return False
