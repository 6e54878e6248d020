"""Keeping a file for a run that an external program trains; its row makes it visible."""

import uuid
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.auth.audit import record
from app.clock import now
from app.db.engine import Database
from app.errors import Invalid
from app.models.run import Artifact
from app.storage import ObjectStore
from app.storage.files import put_file, sha256_of
from services.runs.external.access import lock_run, require_logged
from services.runs.external.heartbeat import renew_lease
from services.runs.topics import subject_of

MAX_NAME_LENGTH = 200


@dataclass(frozen=True, kw_only=True)
class FileUpload:
    """A file that has arrived. Without a ``name`` it is called what its sender called it."""

    run_id: str
    path: Path
    filename: str | None
    name: str | None = None
    kind: str = "file"
    step: int | None = None


def check_upload(database: Database, actor: Actor, run_id: str) -> None:
    """Refuse a file that could not be kept, before it is taken in; raises as ``require_logged``."""
    with database.read() as session:
        require_logged(session, run_id, actor)


def keep_file(database: Database, store: ObjectStore, actor: Actor, upload: FileUpload) -> Artifact:
    """Keep the file in the place of an older one of its name, and return its row.

    Raises Invalid for a name that no file can have.
    """
    name = _checked_name(upload)
    with database.read() as session:
        number = require_logged(session, upload.run_id, actor).id
    key = put_file(store, f"runs/{number}/outside/{uuid.uuid4()}", upload.path)
    with database.write() as unit:
        run = require_logged(unit.session, upload.run_id, actor)
        renew_lease(unit, run)
        lock_run(unit.session, run.id)
        row = _row(unit.session, run.id, name)
        row.kind, row.step, row.object_key = upload.kind, upload.step, key
        row.size_bytes, row.sha256 = upload.path.stat().st_size, sha256_of(upload.path)
        row.created_at = now()
        unit.session.add(row)
        unit.session.flush()
        detail = {"artifact": name, "sha256": row.sha256}
        record(unit, actor, "run_changed", subject_of(run.id), detail)
    return row


def _row(session: Session, run_id: int, name: str) -> Artifact:
    """Return the row to fill; the object that it pointed at so far is left to the sweep."""
    existing = session.scalar(
        select(Artifact).where(Artifact.run_id == run_id, Artifact.name == name)
    )
    return existing or Artifact(run_id=run_id, name=name)


def _checked_name(upload: FileUpload) -> str:
    sent = PurePosixPath((upload.filename or "").replace("\\", "/")).name
    name = upload.name if upload.name is not None else sent
    parts = name.split("/")
    good = 0 < len(name) <= MAX_NAME_LENGTH and name.isprintable() and "\\" not in name
    if not good or any(part.strip() in ("", ".", "..") for part in parts):
        detail = (
            f"A file has a name of 1 to {MAX_NAME_LENGTH} printable characters, "
            "with single slashes between its parts and none at an end, such as plots/roc.png."
        )
        raise Invalid(detail, errors={"name": [detail]})
    return name
