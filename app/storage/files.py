"""A file that becomes an object before the row that makes it visible."""

import hashlib
from pathlib import Path

from app.storage.base import ObjectStore


def put_file(store: ObjectStore, key: str, path: Path) -> str:
    """Store the file under a new key and return the key.

    Whether a commit that names it took place cannot be known when the connection breaks, so
    nobody but the sweep, which sees that no row names it, deletes it again.
    """
    with path.open("rb") as file:
        store.put(key, file)
    return key


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
