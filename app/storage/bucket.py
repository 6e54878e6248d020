"""Objects in a bucket: S3 and what speaks like it, Google Cloud Storage, Azure."""

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, BinaryIO, cast

import obstore
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import from_url

from app.storage.base import ObjectMissing, StorageUnavailable, StoredObject, checked

READ_AHEAD = 1 << 20  # bytes fetched at once by a stream
RETRIES = 6
MAX_WAIT = timedelta(seconds=30)


class BucketStore:
    """A bucket, or a prefix in one. The credentials come from the environment."""

    def __init__(self, url: str) -> None:
        endpoint = os.environ.get("AWS_ENDPOINT_URL", "")
        self._store: Any = from_url(
            url,
            client_options={"allow_http": endpoint.startswith("http://"), "timeout": "60s"},
            retry_config={"max_retries": RETRIES, "retry_timeout": MAX_WAIT},
        )

    def put(self, key: str, data: bytes | BinaryIO) -> None:
        """Store ``data``, in parts when it is large."""
        with _translated(key):
            obstore.put(self._store, checked(key), data)

    def get(self, key: str) -> bytes:
        """Return the object. Raises ObjectMissing."""
        with _translated(key):
            return bytes(obstore.get(self._store, checked(key)).bytes())

    def open(self, key: str) -> BinaryIO:
        """Return a readable, seekable stream. Raises ObjectMissing."""
        with _translated(key):
            reader = obstore.open_reader(self._store, checked(key), buffer_size=READ_AHEAD)
        return cast("BinaryIO", io.BufferedReader(_Stream(key, reader), READ_AHEAD))

    def size(self, key: str) -> int:
        """Return the size in bytes. Raises ObjectMissing."""
        with _translated(key):
            return obstore.head(self._store, checked(key))["size"]

    def exists(self, key: str) -> bool:
        """Return whether there is such an object."""
        try:
            self.size(key)
        except ObjectMissing:
            return False
        return True

    def delete(self, key: str) -> None:
        """Delete the object; one that is gone already is no error."""
        try:
            with _translated(key):
                obstore.delete(self._store, checked(key))
        except ObjectMissing:
            return

    def list(self, prefix: str = "") -> Iterator[StoredObject]:
        """Yield the objects whose key begins with ``prefix``, ordered by key."""
        # Buckets list whole folders only, so the last part of the prefix is compared here.
        folder = prefix.rpartition("/")[0] or None
        with _translated(prefix):
            objects = [meta for page in obstore.list(self._store, folder) for meta in page]
        for meta in sorted(objects, key=lambda meta: meta["path"]):
            if meta["path"].startswith(prefix):
                yield StoredObject(
                    key=meta["path"], size=meta["size"], modified_at=meta["last_modified"]
                )


class _Stream(io.RawIOBase):
    """obstore's reader as one of Python's raw streams."""

    def __init__(self, key: str, reader: Any) -> None:
        self._key = key
        self._reader = reader

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        with _translated(self._key):
            chunk = bytes(self._reader.read(len(buffer)))
        buffer[: len(chunk)] = chunk
        return len(chunk)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return int(self._reader.seek(offset, whence))

    def tell(self) -> int:
        return int(self._reader.tell())


@contextmanager
def _translated(key: str) -> Iterator[None]:
    try:
        yield
    except (NotFoundError, FileNotFoundError):
        raise ObjectMissing(key) from None
    except (BaseError, OSError) as error:
        raise StorageUnavailable("The object store does not answer as it should.") from error
