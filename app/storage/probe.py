"""Whether the object store takes bytes: a full or read-only one still answers what it holds."""

import time
from collections.abc import Callable

from app.storage.base import ObjectStore, StorageUnavailable

KEY = "health-probe"  # in no folder: another process that deletes it would take the folder away
INTERVAL_SECONDS = 10.0


def write_probe(store: ObjectStore) -> None:
    """Store a few bytes and delete them. Raises StorageUnavailable where they are not taken."""
    store.put(KEY, b"probe")
    store.delete(KEY)


class StorageProbe:
    """Says whether the store took the newest probe; everybody may ask, so it writes rarely."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._written_at: float | None = None
        self._refusal: StorageUnavailable | None = None

    def check(self, store: ObjectStore) -> None:
        """Raise StorageUnavailable if the newest probe, at most ten seconds old, was refused."""
        now = self._clock()
        if self._written_at is None or now - self._written_at >= INTERVAL_SECONDS:
            self._written_at, self._refusal = now, _refusal_of(store)
        if self._refusal is not None:
            raise StorageUnavailable(self._refusal.detail)


def _refusal_of(store: ObjectStore) -> StorageUnavailable | None:
    try:
        write_probe(store)
    except StorageUnavailable as error:
        return error
    return None
