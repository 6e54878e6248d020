"""Deleting what nobody came back for, and files that no row names."""

import time
from datetime import datetime

from sqlalchemy import delete, or_, select

from app.clock import now
from app.db.engine import Database
from app.db.types import database_time
from app.models.upload import StoredUpload, UploadPart
from services.uploads.files import UploadFiles

OLD_ENOUGH = 3600.0  # seconds that a file may be there before its row is


def sweep_uploads(database: Database, files: UploadFiles, at: datetime | None = None) -> int:
    """Delete uploads that have expired by ``at`` (now), then files without a row; return how many.

    An upload that somebody writes to stays. A file goes only after no row was seen naming it, so
    that a commit whose outcome nobody knows loses nothing.
    """
    expired = _delete_expired(database, at or now())
    files.delete(*_orphans(database, files))
    return expired


def _delete_expired(database: Database, at: datetime) -> int:
    unlocked = or_(
        StoredUpload.lock_expires_at.is_(None), StoredUpload.lock_expires_at < database_time()
    )
    with database.write() as unit:
        query = select(StoredUpload.id).where(StoredUpload.expires_at <= at, unlocked)
        ids = unit.session.scalars(query).all()
        for start in range(0, len(ids), 500):
            some = ids[start : start + 500]
            unit.session.execute(delete(UploadPart).where(UploadPart.upload_id.in_(some)))
            unit.session.execute(delete(StoredUpload).where(StoredUpload.id.in_(some)))
    return len(ids)


def _orphans(database: Database, files: UploadFiles) -> list[str]:
    if not files.folder.is_dir():
        return []
    before = time.time() - OLD_ENOUGH
    old = [path.name for path in files.folder.iterdir() if path.lstat().st_mtime < before]
    with database.read() as session:
        named = set(session.scalars(select(StoredUpload.file)).all())
        named |= set(session.scalars(select(UploadPart.file)).all())
    return [name for name in old if name not in named]
