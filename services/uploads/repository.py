"""Finding the rows of uploads."""

import re

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.clock import now
from app.models.upload import StoredUpload
from app.models.user import User
from services.uploads.errors import UploadExpired, UploadNotFound, UploadQuotaExceeded
from services.uploads.types import UploadLimits

_ID = re.compile(r"[0-9a-f]{32}")


def require_own(session: Session, actor: Actor, upload_id: str) -> StoredUpload:
    """Return the actor's upload; whose it is decides, an admin sees no more than others.

    Raises UploadNotFound and UploadExpired.
    """
    row = session.get(StoredUpload, upload_id) if _ID.fullmatch(upload_id) else None
    if row is None or row.owner_id != actor.user_id:
        raise UploadNotFound(upload_id)
    if row.expires_at <= now():
        raise UploadExpired
    return row


def require_room(session: Session, actor: Actor, length: int, limits: UploadLimits) -> None:
    """Refuse ``length`` more bytes than the actor may store; others of the actor's wait.

    Raises UploadQuotaExceeded.
    """
    if not limits.quota_bytes:
        return
    session.execute(select(User.id).where(User.id == actor.user_id).with_for_update()).all()
    size = func.coalesce(StoredUpload.length, StoredUpload.received)
    query = select(func.sum(size)).where(StoredUpload.owner_id == actor.user_id)
    used = int(session.scalar(query) or 0)
    if used + length > limits.quota_bytes:
        raise UploadQuotaExceeded(
            f"Your uploads hold {used} bytes and may hold {limits.quota_bytes}: "
            f"{length} more do not fit. Use or delete some of them."
        )
