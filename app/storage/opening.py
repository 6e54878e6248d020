"""Choosing the object store that STORAGE_URL names."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from app.storage.base import ObjectStore
from app.storage.local import LocalStore


def open_store(url: str) -> ObjectStore:
    """Return the store at ``url``: file://, s3://, gs:// or az://."""
    parts = urlsplit(url)
    if parts.scheme == "file":
        return LocalStore(Path(unquote(parts.path)))
    from app.storage.bucket import BucketStore  # obstore is not needed on one host

    return BucketStore(url)
