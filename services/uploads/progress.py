"""How far an upload is, for who follows it."""

from dataclasses import dataclass

from app.auth.actor import Actor
from app.db.engine import Database
from services.uploads.repository import require_own


@dataclass(frozen=True, kw_only=True)
class UploadProgress:
    """``received`` of ``length`` bytes are safe; ``length`` is None until it is known."""

    received: int
    length: int | None
    state: str


def upload_progress(database: Database, actor: Actor, upload_id: str) -> UploadProgress:
    """Return how far an upload of the actor's is. Raises UploadNotFound and UploadExpired."""
    with database.read() as session:
        row = require_own(session, actor, upload_id)
    return UploadProgress(received=row.received, length=row.length, state=row.state)
