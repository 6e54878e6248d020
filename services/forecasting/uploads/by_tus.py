"""What tus says of a session's file in its metadata."""

from dataclasses import replace
from pathlib import Path

from app.auth.actor import Actor
from app.db.engine import Database
from services.forecasting.files.fields import checked_direction, checked_fields, checked_label
from services.forecasting.files.options import FIELD, checked_options
from services.forecasting.files.place import announced_row
from services.forecasting.files.quota import require_room_now
from services.forecasting.resolve import fillable_session
from services.forecasting.topics import subject_of
from services.forecasting.uploads import LABEL
from services.uploads.types import NewUpload


def checked_upload(
    database: Database, actor: Actor, new: NewUpload, *, quota_bytes: int = 0
) -> NewUpload:
    """Return a new upload as one of the session that its metadata names.

    Raises FieldRefused for a bad name or field, SessionNotFound, DuplicateFile where the session
    has a series of that label, and StorageLimitReached where the length that is announced is more
    than ``quota_bytes`` (0: any) leave to the owner.
    """
    said = new.details
    name = checked_label("filename", said.get("filename"))
    label = checked_label(LABEL, said.get(LABEL) or Path(name).stem)
    direction = checked_direction(said.get("fileType"))
    checked_fields(said)
    checked_options(said.get(FIELD))
    with database.read() as session:
        owner = fillable_session(session, actor, said.get("sessionId"))
        announced_row(session, owner, direction, label, name)
        require_room_now(session, owner.owner_id, new.length or 0, quota_bytes)
    return replace(new, filename=name, purpose=subject_of(owner.id))
