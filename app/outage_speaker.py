"""Which process of a host speaks about an outage: the first one that meets it.

It is noted in a file, which is touched at each of its failures. Once it is silent, because it died
or had nothing more to ask for, another one takes over.
"""

import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

SILENT_SECONDS = 15.0  # every loop of the platform tries again sooner


class OutageSpeaker:
    """One note for each part that can be away, in ``folder``; without one nobody else speaks."""

    def __init__(
        self,
        folder: Path | None,
        clock: Callable[[], float] = time.time,
        process: int | None = None,
    ) -> None:
        self._folder = folder
        self._clock = clock
        self._process = process

    @property
    def _pid(self) -> int:
        return self._process or os.getpid()  # at each call: a fork is another process

    def take(self, part: str) -> bool:
        """Return whether this process speaks; it does where nothing can be noted, too."""
        if self._folder is None:
            return True
        note = self._folder / f".outage-{part}"
        try:
            if self._is_silent(note):
                note.unlink(missing_ok=True)
            with suppress(FileExistsError), note.open("x") as file:
                file.write(str(self._pid))
            is_own = note.read_text() == str(self._pid)
            if is_own:
                os.utime(note, (self._clock(),) * 2)
        except OSError:
            return True
        return is_own

    def release(self, part: str) -> bool:
        """Let whoever is first speak at the next outage; return whether this process spoke."""
        if self._folder is None or not self._folder.is_dir():
            return True
        note = self._folder / f".outage-{part}"
        with suppress(OSError):
            if note.read_text() == str(self._pid):
                note.unlink()
                return True
        return False

    def _is_silent(self, note: Path) -> bool:
        """Return whether there is a note that nobody has touched for long."""
        try:
            return abs(self._clock() - note.stat().st_mtime) >= SILENT_SECONDS
        except FileNotFoundError:
            return False
