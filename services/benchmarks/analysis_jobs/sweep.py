"""Deleting files of exports that no analysis names: of deleted runs, and of earlier exports."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import now
from app.db.engine import Database
from app.models.benchmark import BenchmarkAnalysis
from app.storage import ObjectStore
from services.benchmarks.analysis_jobs.types import PREFIX

OLD_ENOUGH = timedelta(hours=24)


def sweep_exports(database: Database, store: ObjectStore, at: datetime | None = None) -> int:
    """Delete what is a day old ``at`` a time, now by default, and no row names; return how many."""
    before = (at or now()) - OLD_ENOUGH
    old = [entry.key for entry in store.list(PREFIX) if entry.modified_at < before]
    if not old:
        return 0
    with database.read() as session:
        named = kept_objects(session)
    unnamed = [key for key in old if key not in named]
    for key in unnamed:
        store.delete(key)
    return len(unnamed)


def kept_objects(session: Session) -> set[str]:
    """Return the keys of the files that analyses name."""
    keys = session.scalars(select(BenchmarkAnalysis.object_key))
    return {key for key in keys if key is not None}
