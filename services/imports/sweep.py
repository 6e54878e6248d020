"""Deleting what imports leave behind: files whose worker died last, and reports of last month."""

from datetime import timedelta

from sqlalchemy import delete, exists, func, select
from sqlalchemy.orm import Session

from app.clock import now
from app.db.engine import Database
from app.models.retired import retire_ids
from app.models.run import UNFINISHED
from app.models.run_import import RunImport
from app.storage import ObjectStore
from services.datasets.sweep import sweep_objects
from services.imports.create import PREFIX

KEPT = timedelta(days=30)


def sweep_imports(database: Database, store: ObjectStore) -> int:
    """Delete day-old files that nobody will read, and old reports; return how many files."""
    with database.write() as unit:
        _forget_old(unit.session)
    return sweep_objects(database, store, PREFIX, _is_needed)


def _forget_old(session: Session) -> None:
    old = (RunImport.finished_at < now() - KEPT, RunImport.status.not_in(UNFINISHED))
    highest = session.scalar(select(func.max(RunImport.id)).where(*old))
    if highest is not None:
        session.execute(delete(RunImport).where(*old))
        retire_ids(session, RunImport.__tablename__, highest)


def kept_objects(session: Session) -> set[str]:
    """Return the keys of the files that are still to be read."""
    waiting = select(RunImport.object_key).where(RunImport.status.in_(UNFINISHED))
    return set(session.scalars(waiting))


def _is_needed(session: Session, object_key: str) -> bool:
    waiting = (RunImport.object_key == object_key, RunImport.status.in_(UNFINISHED))
    return bool(session.scalar(select(exists().where(*waiting))))
