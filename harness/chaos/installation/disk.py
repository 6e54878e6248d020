"""A small disk for the home, filled to its last byte."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

SIZE = 192 << 20
BLOCK = 1 << 16


@contextmanager
def small_disk(folder: Path, size: int = SIZE) -> Iterator[bool]:
    """Mount ``size`` bytes of memory on a folder; yield False where nobody may mount."""
    options = ["-t", "tmpfs", "-o", f"size={size},mode=700", "tmpfs", str(folder)]
    if mount := shutil.which("mount"):
        subprocess.run([mount, *options], check=False, capture_output=True)
    is_mounted = folder.is_mount()
    try:
        yield is_mounted
    finally:
        if is_mounted:  # lazily: what was killed a moment ago may still have files open
            subprocess.run(["umount", "--lazy", str(folder)], check=False)


def fill(folder: Path) -> Path:
    """Leave no byte free, and return the file that has to go for more."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        disk = os.statvfs(folder)
        with suppress(OSError):
            os.posix_fallocate(file.fileno(), 0, disk.f_bavail * disk.f_frsize)
        file.seek(0, os.SEEK_END)
        with suppress(OSError):
            while file.write(bytes(BLOCK)):
                continue
    return ballast
