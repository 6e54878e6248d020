"""Hearing whether a child lives, and measuring for how long it has not said so."""

import os
import time
from collections.abc import Callable
from contextlib import suppress

from app.pulse import BEAT, VARIABLE

LOOK_SECONDS = 2.0  # of silence that one look may add, however long ago the last one was


class Pulse:
    """The supervisor's end of the pipe of one process.

    Until its first beat it ``is_starting``, which may take longer than a turn of its loop. Silent
    is who says nothing while the supervisor looks: a host that slept, or is too busy, made no child
    silent.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._reader, self.writer = os.pipe()
        os.set_blocking(self._reader, False)
        os.set_blocking(self.writer, False)
        self._clock = clock
        self._looked = clock()
        self._silent = 0.0
        self.is_starting = True

    @property
    def environment(self) -> dict[str, str]:
        """What the process has to know."""
        return {VARIABLE: str(self.writer)}

    def started(self) -> None:
        """Close the end that the process has now."""
        os.close(self.writer)

    def silence(self) -> float:
        """Return for how many seconds nothing was heard."""
        at = self._clock()
        since, self._looked = min(at - self._looked, LOOK_SECONDS), at
        heard = self._heard()
        self.is_starting = self.is_starting and BEAT not in heard
        self._silent = 0.0 if heard else self._silent + since
        return self._silent

    def close(self) -> None:
        """Hear no more."""
        os.close(self._reader)

    def _heard(self) -> bytes:
        with suppress(BlockingIOError):
            return os.read(self._reader, 65_536)
        return b""
