"""The bytes of uploads: files named by ids of ours in one folder.

A file is locked by the kernel (``flock``) while somebody writes to it: such a lock ends with its
process, however that ends, so a lock that can be taken is proof that nobody writes.
"""

import errno
import fcntl
import hashlib
import os
import shutil
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from services.uploads.direct import write_some
from services.uploads.errors import DiskFull, UploadExpired

if TYPE_CHECKING:
    from hashlib import _Hash

    from services.uploads.writer import UploadWriter

MAX_HASHES = 256
BLOCK = 1 << 20
# a read-only disk has no room either
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS})


def new_name() -> str:
    """Return a name that no file has had."""
    return uuid4().hex


@contextmanager
def disk_errors() -> Iterator[None]:
    """Turn "no space left" and its kind into DiskFull, and lost files into UploadExpired.

    Files are lost when the database is restored without them.
    """
    try:
        yield
    except FileNotFoundError as error:
        raise UploadExpired from error
    except OSError as error:
        if error.errno in NO_ROOM:
            raise DiskFull from error
        raise


class UploadDisk:
    """Where the bytes of an upload are written; ``fakes`` has one that fills up."""

    def write(self, descriptor: int, data: memoryview, position: int) -> int:
        """Write some of ``data`` at ``position`` and return how many bytes. Raises OSError."""
        return write_some(descriptor, data, position)

    def flush(self, descriptor: int) -> None:
        """Return when what was written outlives a power cut. Raises OSError."""
        os.fdatasync(descriptor)


class UploadFiles:
    """A folder of bytes, who writes to which of them now, and hashes on their way."""

    def __init__(self, folder: Path, disk: UploadDisk | None = None) -> None:
        self.folder = folder
        self.disk = disk or UploadDisk()
        self.writers: dict[str, UploadWriter] = {}
        self.lock = threading.Lock()
        self._hash_lock = threading.Lock()
        self._hashes: OrderedDict[str, tuple[int, _Hash]] = OrderedDict()

    def path(self, name: str) -> Path:
        """Return where the file called ``name`` lies."""
        return self.folder / name

    def create(self, name: str) -> None:
        """Make an empty file that outlives a power cut. Raises DiskFull."""
        with disk_errors():
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(self.path(name), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            self._flush_folder()

    def open_locked(self, name: str) -> int | None:
        """Return a descriptor of the file, locked for writing; None if somebody writes to it."""
        with disk_errors():
            descriptor = os.open(self.path(name), os.O_RDWR)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        return descriptor

    def copy_head(self, source: str, target: str, length: int) -> None:
        """Make ``target`` of the first ``length`` bytes of ``source``. Raises DiskFull."""
        with disk_errors(), self.path(source).open("rb") as old:
            with self.path(target).open("xb") as new:
                _copy(old.fileno(), new.fileno(), length)
                os.fsync(new.fileno())
            self._flush_folder()

    def join(self, sources: Sequence[str], target: str) -> None:
        """Make ``target`` of the bytes of ``sources``, one after the other. Raises DiskFull."""
        with disk_errors():
            with self.path(target).open("xb") as new:
                for source in sources:
                    with self.path(source).open("rb") as old:
                        _copy(old.fileno(), new.fileno(), os.fstat(old.fileno()).st_size)
                os.fsync(new.fileno())
            self._flush_folder()

    def take_in(self, path: Path, name: str) -> None:
        """Move a file that has arrived to ``name``, so that it outlives a power cut."""
        with disk_errors():
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with path.open("rb") as file:
                os.fsync(file.fileno())
            shutil.move(path, self.path(name))
            self._flush_folder()

    def link(self, source: str, target: str) -> None:
        """Give the bytes of ``source`` a second name; finished files never change."""
        with disk_errors():
            os.link(self.path(source), self.path(target))
            os.utime(self.path(target))  # a sweep looks at the age: its row is not there yet
            self._flush_folder()

    def delete(self, *names: str) -> None:
        """Delete files whose rows are gone."""
        for name in names:
            self.path(name).unlink(missing_ok=True)

    def keep_hash(self, name: str, length: int, state: "_Hash") -> None:
        """Remember the hash of the first ``length`` bytes, for whoever writes the next ones."""
        with self._hash_lock:
            self._hashes[name] = (length, state)
            self._hashes.move_to_end(name)
            while len(self._hashes) > MAX_HASHES:
                self._hashes.popitem(last=False)

    def hash_at(self, name: str, length: int) -> "_Hash | None":
        """Return the hash of the first ``length`` bytes; None if they must be read to know it."""
        if length == 0:
            return hashlib.sha256()
        with self._hash_lock:
            known, state = self._hashes.get(name, (0, None))
        return state.copy() if state is not None and known == length else None

    def sha256(self, name: str, length: int) -> str:
        """Return the SHA-256 of a file of ``length`` bytes, read again only if it must be."""
        state = self.hash_at(name, length)
        if state is not None:
            return state.hexdigest()
        with disk_errors(), self.path(name).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def _flush_folder(self) -> None:
        descriptor = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _copy(source: int, target: int, length: int) -> None:
    """Copy in the kernel where it can, so that no byte passes through this process."""
    left = length
    with suppress(OSError):  # another file system, or one that cannot
        while left and (done := os.copy_file_range(source, target, left)):
            left -= done
    while left:
        block = os.read(source, min(left, BLOCK))
        if not block:
            raise OSError(errno.EIO, "a file of uploads is shorter than its row says")
        view = memoryview(block)
        while view:
            view = view[os.write(target, view) :]
        left -= len(block)
