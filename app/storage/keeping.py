"""An object and the row that makes it visible: stored before the row, gone if there is none."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.storage.base import ObjectStore


@contextmanager
def keeping(store: ObjectStore, key: str, path: Path) -> Iterator[str]:
    """Store the file and keep it only if what follows succeeds; a crash leaves it to a sweep."""
    with path.open("rb") as file:
        store.put(key, file)
    try:
        yield key
    except BaseException:
        store.delete(key)
        raise


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
