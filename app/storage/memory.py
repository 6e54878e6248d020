"""Objects in memory, for tests."""

from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from typing import BinaryIO

from app.clock import now
from app.storage.base import ObjectMissing, StoredObject, checked


class MemoryStore:
    """A dictionary that behaves as a real store does."""

    def __init__(self) -> None:
        self._objects: dict[str, tuple[bytes, datetime]] = {}

    def put(self, key: str, data: bytes | BinaryIO) -> None:
        """Store ``data``."""
        content = data if isinstance(data, bytes) else data.read()
        self._objects[checked(key)] = (content, now())

    def get(self, key: str) -> bytes:
        """Return the object. Raises ObjectMissing."""
        try:
            return self._objects[checked(key)][0]
        except KeyError:
            raise ObjectMissing(key) from None

    def open(self, key: str) -> BinaryIO:
        """Return a readable, seekable stream. Raises ObjectMissing."""
        return BytesIO(self.get(key))

    def size(self, key: str) -> int:
        """Return the size in bytes. Raises ObjectMissing."""
        return len(self.get(key))

    def exists(self, key: str) -> bool:
        """Return whether there is such an object."""
        return checked(key) in self._objects

    def delete(self, key: str) -> None:
        """Delete the object; one that is gone already is no error."""
        self._objects.pop(checked(key), None)

    def list(self, prefix: str = "") -> Iterator[StoredObject]:
        """Yield the objects whose key begins with ``prefix``, ordered by key."""
        for key, (content, at) in sorted(self._objects.items()):
            if key.startswith(prefix):
                yield StoredObject(key=key, size=len(content), modified_at=at)
