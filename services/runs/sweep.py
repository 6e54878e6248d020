"""Deleting objects that no row points at: what a worker wrote just before it died."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import now
from app.db.engine import Database
from app.models.ledger import RunCheckpoint
from app.models.run import UNFINISHED, Artifact, Run
from app.storage import ObjectStore
from services.runs.training.checkpoints import keys_of

OLD_ENOUGH = timedelta(hours=24)


def sweep_orphans(database: Database, store: ObjectStore) -> int:
    """Delete the objects of runs that nobody points at and that are a day old; return how many."""
    before = now() - OLD_ENOUGH
    old = [entry.key for entry in store.list("runs/") if entry.modified_at < before]
    if not old:
        return 0
    with database.read() as session:
        kept = set(session.scalars(select(Artifact.object_key)))
        for pointer in session.scalars(select(Run.checkpoint).where(Run.checkpoint.is_not(None))):
            kept |= set(keys_of(pointer).values())
        for files in session.scalars(select(RunCheckpoint.files)):
            kept |= set(files.values())
    orphans = [key for key in old if key not in kept]
    for key in orphans:
        store.delete(key)
    return len(orphans)


def kept_objects(session: Session) -> set[str]:
    """Return the keys of artifacts, and of the checkpoints of runs that are over.

    A run that goes on replaces its checkpoints; without the last one its training starts again.
    """
    kept = set(session.scalars(select(Artifact.object_key)))
    is_over = Run.status.not_in(UNFINISHED)
    for pointer in session.scalars(select(Run.checkpoint).where(is_over)):
        kept |= set(keys_of(pointer).values())
    of_ended = select(RunCheckpoint.files).join(Run, Run.id == RunCheckpoint.run_id).where(is_over)
    for files in session.scalars(of_ended):
        kept |= set(files.values())
    return kept
