"""Object stores that tests need."""

from collections.abc import Iterator
from datetime import timedelta

from app.storage import StoredObject
from app.storage.memory import MemoryStore


class AgedStore(MemoryStore):
    """A store whose objects were written two days ago."""

    def list(self, prefix: str = "") -> Iterator[StoredObject]:
        for found in super().list(prefix):
            aged = found.modified_at - timedelta(days=2)
            yield StoredObject(key=found.key, size=found.size, modified_at=aged)
