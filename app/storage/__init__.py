"""The object store: checkpoints, uploads and artifacts by key, on a disk or in a bucket."""

from app.storage.base import ObjectMissing, ObjectStore, StorageUnavailable, StoredObject
from app.storage.local import LocalStore
from app.storage.memory import MemoryStore
from app.storage.opening import open_store

__all__ = [
    "LocalStore",
    "MemoryStore",
    "ObjectMissing",
    "ObjectStore",
    "StorageUnavailable",
    "StoredObject",
    "open_store",
]
