"""Deleting what an upload left behind when its process was killed."""

from datetime import timedelta

from app.clock import now
from app.db.engine import Database
from app.storage import ObjectStore
from services.datasets import repository
from services.datasets.upload import PREFIX

OLD_ENOUGH = timedelta(hours=24)


def sweep_datasets(database: Database, store: ObjectStore) -> int:
    """Delete objects that are a day old and that no dataset points at; return how many."""
    before = now() - OLD_ENOUGH
    old = [found.key for found in store.list(PREFIX) if found.modified_at < before]
    with database.read() as session:
        orphans = [key for key in old if not repository.is_kept(session, key)]
    for key in orphans:
        store.delete(key)
    return len(orphans)
