"""Deleting what an upload left behind when its process was killed."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from app.clock import now
from app.db.engine import Database
from app.storage import ObjectStore
from services.datasets import repository
from services.datasets.create import PREFIX

OLD_ENOUGH = timedelta(hours=24)


def sweep_datasets(database: Database, store: ObjectStore, scratch: Path) -> int:
    """Delete day-old objects that no dataset points at, and day-old files in ``scratch``.

    Return how many objects were deleted.
    """
    _sweep_files(scratch, now() - OLD_ENOUGH)
    return sweep_objects(database, store, PREFIX, repository.is_kept)


def sweep_objects(
    database: Database, store: ObjectStore, prefix: str, is_kept: Callable[[Session, str], bool]
) -> int:
    """Delete day-old objects under ``prefix`` that no row keeps; return how many."""
    before = now() - OLD_ENOUGH
    old = [entry.key for entry in store.list(prefix) if entry.modified_at < before]
    with database.read() as session:
        orphans = [key for key in old if not is_kept(session, key)]
    for key in orphans:
        store.delete(key)
    return len(orphans)


def _sweep_files(scratch: Path, before: datetime) -> None:
    for path in scratch.glob("*"):
        if datetime.fromtimestamp(path.lstat().st_mtime, UTC) >= before:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
