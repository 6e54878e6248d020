"""Object stores that tests need."""

from collections.abc import Iterator
from datetime import timedelta

from app.storage import StoredObject
from app.storage.memory import MemoryStore


class AgedStore(MemoryStore):
    """A store whose objects were written two days ago."""

    def list(self, prefix: str = "") -> Iterator[StoredObject]:
        for entry in super().list(prefix):
            aged = entry.modified_at - timedelta(days=2)
            yield StoredObject(key=entry.key, size=entry.size, modified_at=aged)
