"""Objects as files in a folder of this machine."""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from app.storage.base import ObjectMissing, StorageUnavailable, StoredObject, checked


class LocalStore:
    """A folder; the files in it carry their keys as paths."""

    def __init__(self, folder: Path) -> None:
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            reason = error.strerror or error
            raise StorageUnavailable(f"The object store cannot be opened: {reason}.") from error
        self._root = folder.resolve()

    def put(self, key: str, data: bytes | BinaryIO) -> None:
        """Store ``data``: written beside its place, flushed, then moved there."""
        path = self._path(key)
        try:
            _make_folder(path.parent)
            _write(path, BytesIO(data) if isinstance(data, bytes) else data)
        except OSError as error:
            raise StorageUnavailable(
                f"The object store took nothing: {error.strerror or error}."
            ) from error

    def get(self, key: str) -> bytes:
        """Return the object. Raises ObjectMissing."""
        with self.open(key) as stream:
            return stream.read()

    def open(self, key: str) -> BinaryIO:
        """Return a readable, seekable stream. Raises ObjectMissing."""
        try:
            return self._path(key).open("rb")
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            raise ObjectMissing(key) from None

    def size(self, key: str) -> int:
        """Return the size in bytes. Raises ObjectMissing."""
        path = self._path(key)
        if not path.is_file():
            raise ObjectMissing(key)
        return path.stat().st_size

    def exists(self, key: str) -> bool:
        """Return whether there is such an object."""
        return self._path(key).is_file()

    def delete(self, key: str) -> None:
        """Delete the object, and the folders that it leaves empty."""
        path = self._path(key)
        try:
            with suppress(FileNotFoundError, IsADirectoryError, NotADirectoryError):
                path.unlink()
        except OSError as error:
            raise StorageUnavailable(
                f"The object store deletes nothing: {error.strerror or error}."
            ) from error
        with suppress(OSError):  # not empty: it is still needed
            for folder in path.parents:
                if folder == self._root:
                    break
                folder.rmdir()

    def list(self, prefix: str = "") -> Iterator[StoredObject]:
        """Yield the objects whose key begins with ``prefix``, ordered by key."""
        folder = self._root / prefix.rpartition("/")[0]
        if not folder.resolve().is_relative_to(self._root):
            return
        paths = {path.relative_to(self._root).as_posix(): path for path in _files(folder)}
        for key in sorted(paths):
            if key.startswith(prefix):
                with suppress(FileNotFoundError):  # deleted meanwhile
                    yield _describe(key, paths[key])

    def _path(self, key: str) -> Path:
        path = self._root / checked(key)
        # A link inside the folder must not lead out of it either.
        if not path.parent.resolve().is_relative_to(self._root) or path.is_symlink():
            raise ValueError(f"No object can have the key {key!r}")
        return path


def _write(path: Path, source: BinaryIO) -> None:
    draft = path.with_name(f".{secrets.token_hex(8)}.draft")
    try:
        with draft.open("xb") as file:
            shutil.copyfileobj(source, file, 1 << 20)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    _flush_folder(path.parent)


def _make_folder(folder: Path) -> None:
    """Create ``folder``; each name made in a parent is flushed there, or a power cut takes it."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    _flush_folder(folder.parent)


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _files(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = Path(parent, name)
            if not name.startswith(".") and not path.is_symlink():
                yield path


def _describe(key: str, path: Path) -> StoredObject:
    status = path.stat()
    modified_at = datetime.fromtimestamp(status.st_mtime, UTC)
    return StoredObject(key=key, size=status.st_size, modified_at=modified_at)
