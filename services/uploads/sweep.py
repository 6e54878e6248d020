"""Deleting what nobody came back for, and files that no row names."""

import time
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, or_, select, update

from app.clock import now
from app.db.engine import Database
from app.db.types import database_time
from app.db.uow import UnitOfWork
from app.models.upload import RECEIVING, StoredUpload, UploadPart
from services.uploads.files import UploadFiles

OLD_ENOUGH = 3600.0  # seconds that a file may be there before its row is
# Late parts of an expired upload must not begin another one that never gets its first parts:
# the emptied row stays for a while and refuses them.
KNOWN_AS_EXPIRED = timedelta(days=7)
BATCH = 500


def sweep_uploads(database: Database, files: UploadFiles, at: datetime | None = None) -> int:
    """Delete uploads that have expired by ``at`` (now), then files without a row; return how many.

    An upload that somebody writes to stays. A file goes only after no row was seen naming it, so
    that a commit whose outcome nobody knows loses nothing.
    """
    at = at or now()
    unfinished = delete_unfinished(database, at)
    others = _delete_others(database, at)
    files.delete(*_orphans(database, files))
    return unfinished + others


def delete_unfinished(database: Database, at: datetime, *, purpose: str = "") -> int:
    """Delete the unfinished uploads that have expired by ``at``; return how many.

    ``purpose`` leaves only those whose purpose begins so. An upload that is found by a reference
    is emptied: whoever sends a part of it hears that it has expired.
    """
    condition = (
        StoredUpload.state == RECEIVING,
        StoredUpload.purpose.startswith(purpose, autoescape=True),
    )
    unnamed = (*condition, StoredUpload.reference.is_(None))
    named = (*condition, StoredUpload.reference.is_not(None), StoredUpload.received > 0)
    with database.write() as unit:
        gone = _expired(unit, at, *unnamed)
        emptied = _expired(unit, at, *named)
        for some in _batches([*gone, *emptied]):
            unit.session.execute(delete(UploadPart).where(UploadPart.upload_id.in_(some)))
        for some in _batches(gone):
            unit.session.execute(delete(StoredUpload).where(StoredUpload.id.in_(some)))
        for some in _batches(emptied):
            row = update(StoredUpload).where(StoredUpload.id.in_(some))
            unit.session.execute(row.values(received=0))
    return len(gone) + len(emptied)


def _delete_others(database: Database, at: datetime) -> int:
    """Delete what is finished or used and has expired; forget what was emptied long ago."""
    with database.write() as unit:
        used = _expired(unit, at, StoredUpload.state != RECEIVING)
        empty = _expired(unit, at - KNOWN_AS_EXPIRED, StoredUpload.state == RECEIVING)
        for some in _batches([*used, *empty]):
            unit.session.execute(delete(UploadPart).where(UploadPart.upload_id.in_(some)))
            unit.session.execute(delete(StoredUpload).where(StoredUpload.id.in_(some)))
    return len(used)


def _expired(unit: UnitOfWork, at: datetime, *conditions: ColumnElement[bool]) -> list[str]:
    """Return the ids of uploads that have expired and that nobody writes to."""
    unlocked = or_(
        StoredUpload.lock_expires_at.is_(None), StoredUpload.lock_expires_at < database_time()
    )
    query = select(StoredUpload.id).where(StoredUpload.expires_at <= at, unlocked, *conditions)
    return list(unit.session.scalars(query))


def _batches(ids: list[str]) -> list[list[str]]:
    return [ids[start : start + BATCH] for start in range(0, len(ids), BATCH)]


def _orphans(database: Database, files: UploadFiles) -> list[str]:
    if not files.folder.is_dir():
        return []
    before = time.time() - OLD_ENOUGH
    old = [path.name for path in files.folder.iterdir() if path.lstat().st_mtime < before]
    with database.read() as session:
        named = set(session.scalars(select(StoredUpload.file)).all())
        named |= set(session.scalars(select(UploadPart.file)).all())
    return [name for name in old if name not in named]
