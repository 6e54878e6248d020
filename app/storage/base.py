"""What every object store promises."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol

from app.errors import NotFound, Unavailable

MAX_KEY_LENGTH = 512
_PART = re.compile(r"[A-Za-z0-9_=@+-][A-Za-z0-9._=@+-]*")


class ObjectMissing(NotFound):
    """There is no object under that key."""

    code = "object_missing"

    def __init__(self, key: str) -> None:
        super().__init__("What was stored here is gone.")
        self.key = key


class StorageUnavailable(Unavailable):
    """The object store cannot be reached, or has no room."""

    code = "storage_unavailable"


@dataclass(frozen=True, kw_only=True)
class StoredObject:
    """One entry of a listing. ``size`` is in bytes."""

    key: str
    size: int
    modified_at: datetime


class ObjectStore(Protocol):
    """Bytes by key. An object appears whole or not at all; a second put replaces the first.

    Every method raises ValueError for a key that ``checked`` refuses and StorageUnavailable when
    the store is away.
    """

    def put(self, key: str, data: bytes | BinaryIO) -> None:
        """Store ``data``; when this returns, it outlives a power cut."""

    def get(self, key: str) -> bytes:
        """Return the object. Raises ObjectMissing."""

    def open(self, key: str) -> BinaryIO:
        """Return a readable, seekable stream, to be closed. Raises ObjectMissing."""

    def size(self, key: str) -> int:
        """Return the size in bytes. Raises ObjectMissing."""

    def exists(self, key: str) -> bool:
        """Return whether there is such an object."""

    def delete(self, key: str) -> None:
        """Delete the object; one that is gone already is no error."""

    def list(self, prefix: str = "") -> Iterator[StoredObject]:
        """Yield the objects whose key begins with ``prefix``, ordered by key."""


def checked(key: str) -> str:
    """Return ``key`` if it may name an object.

    Keys are parts with slashes between them, as in ``runs/7/1/model.safetensors``; no part is
    empty or begins with a dot, so that none can climb out of its folder. Raises ValueError.
    """
    parts = key.split("/")
    if len(key) > MAX_KEY_LENGTH or not all(_PART.fullmatch(part) for part in parts):
        raise ValueError(f"No object can have the key {key[:80]!r}")
    return key
