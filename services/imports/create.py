"""Taking in a file that holds runs: the object, its row, its job and its events in one commit."""

import uuid
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.auth.access import require_member
from app.auth.actor import Actor
from app.auth.audit import record
from app.clock import now
from app.db.engine import Database
from app.db.uow import NewJob, UnitOfWork
from app.models.run import UNFINISHED
from app.models.run_import import RunImport
from app.models.user import User
from app.storage import ObjectStore
from app.storage.files import put_file
from services.datasets.names import name_of_upload
from services.imports.errors import ImportsWaiting
from services.imports.job_sync import JOB_KIND, follow_import, subject_of_import
from services.uploads.claim import claim_upload

PREFIX = "imports/"
QUEUE = "io"
MAX_WAITING_BYTES = 8 * 1000**3  # of one person: what waits lies on the disk


@dataclass(frozen=True, kw_only=True)
class ImportUpload:
    """A file that has arrived, and what its owner says about it.

    ``upload_id`` names the upload that it came by, which is used up with the commit.
    """

    kind: str
    path: Path
    filename: str | None
    name: str | None = None
    visibility: str = "private"
    upload_id: str | None = None


def queue_import(
    database: Database, store: ObjectStore, actor: Actor, upload: ImportUpload
) -> RunImport:
    """Keep the file and queue the job that reads it; raises ImportsWaiting, Forbidden."""
    require_member(actor)
    name = name_of_upload(upload.name, upload.filename, "Imported")
    size = upload.path.stat().st_size
    with database.read() as session:
        _require_room(session, actor, size)
    key = put_file(store, f"{PREFIX}{uuid.uuid4()}", upload.path)
    with database.write() as unit:
        _lock_owner(unit.session, actor)
        _require_room(unit.session, actor, size)
        row = RunImport(
            owner_id=actor.user_id,
            visibility=upload.visibility,
            kind=upload.kind,
            name=name,
            object_key=key,
            size_bytes=size,
            status="queued",
            created_at=now(),
        )
        unit.session.add(row)
        unit.session.flush()  # the job is named after the id
        _queue(unit, row)
        detail = {"kind": row.kind, "name": row.name, "bytes": size}
        record(unit, actor, "import_started", subject_of_import(row.id), detail)
        if upload.upload_id is not None:
            claim_upload(unit, actor, upload.upload_id, subject_of_import(row.id))
    return row


def _queue(unit: UnitOfWork, row: RunImport) -> None:
    subject = subject_of_import(row.id)
    job = NewJob(kind=JOB_KIND, queue=QUEUE, subject=subject, owner_id=row.owner_id)
    follow_import(unit, unit.enqueue(job))


def _lock_owner(session: Session, actor: Actor) -> None:
    session.execute(select(User.id).where(User.id == actor.user_id).with_for_update()).all()


def _require_room(session: Session, actor: Actor, size: int) -> None:
    query = select(func.sum(RunImport.size_bytes)).where(
        RunImport.owner_id == actor.user_id, RunImport.status.in_(UNFINISHED)
    )
    waiting = int(session.scalar(query) or 0)
    if waiting and waiting + size > MAX_WAITING_BYTES:
        raise ImportsWaiting(
            f"Imports of {waiting / 1000**3:.1f} GB of yours wait to be read already: "
            "send this file when they are done, or stop one of them."
        )
