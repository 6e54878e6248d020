"""Disks that fill up, or break, for tests where no such one can be mounted."""

import errno
import os
from collections.abc import Callable

from services.uploads.files import UploadDisk


class SmallDisk(UploadDisk):
    """Writes to the real disk until ``free`` bytes are used up; then "no space left"."""

    def __init__(self, free: int) -> None:
        self.free = free

    def write(self, descriptor: int, data: memoryview, position: int) -> int:
        """Write what fits, as a file system does. Raises OSError when nothing does."""
        if not self.free:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        done = super().write(descriptor, data[: self.free], position)
        self.free -= done
        return done


class ForgetfulDisk(UploadDisk):
    """Loses what was written last, says so once, and then flushes well, as disks do."""

    def __init__(self) -> None:
        self.has_failed = False

    def flush(self, descriptor: int) -> None:
        """Raise OSError the first time."""
        if not self.has_failed:
            self.has_failed = True
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        super().flush(descriptor)


class SlowDisk(UploadDisk):
    """Lets ``meanwhile`` happen while a flush goes on."""

    def __init__(self, meanwhile: Callable[[], None]) -> None:
        self.meanwhile = meanwhile

    def flush(self, descriptor: int) -> None:
        """Flush, then let it happen."""
        super().flush(descriptor)
        self.meanwhile()
