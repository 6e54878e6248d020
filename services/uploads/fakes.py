"""A disk that fills up, for tests where no small one can be mounted."""

import errno
import os

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
