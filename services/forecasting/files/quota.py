"""What the files of one person's sessions may hold together."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.forecasting import ForecastSession, SeriesPart, SessionFile
from app.models.user import User
from services.forecasting.errors import StorageLimitReached


def require_storage(session: Session, owner_id: int, length: int, quota_bytes: int) -> None:
    """Refuse ``length`` more bytes than the owner may keep (0: any); others of the owner's wait.

    Raises StorageLimitReached.
    """
    if not quota_bytes:
        return
    session.execute(select(User.id).where(User.id == owner_id).with_for_update()).all()
    require_room_now(session, owner_id, length, quota_bytes)


def require_room_now(session: Session, owner_id: int, length: int, quota_bytes: int) -> None:
    """Refuse as ``require_storage``, for now only: others of the owner's may come meanwhile.

    It is for an upload that begins, so that nobody sends what cannot be kept.
    """
    if not quota_bytes:
        return
    used = stored_bytes(session, owner_id)
    if used + length > quota_bytes:
        raise StorageLimitReached(
            f"The files of your sessions hold {used} bytes and may hold {quota_bytes}: {length} "
            "more do not fit. Delete some of them."
        )


def stored_bytes(session: Session, owner_id: int) -> int:
    """Return what the files of the owner's sessions hold; series of one file count once."""
    files = (
        select(SessionFile.object_key, func.max(SessionFile.size_bytes).label("size"))
        .join(ForecastSession, ForecastSession.id == SessionFile.session_id)
        .where(ForecastSession.owner_id == owner_id, SessionFile.object_key.is_not(None))
        .group_by(SessionFile.object_key)
        .subquery()
    )
    appended = (
        select(func.sum(SeriesPart.size_bytes))
        .join(ForecastSession, ForecastSession.id == SeriesPart.session_id)
        .where(ForecastSession.owner_id == owner_id)
    )
    whole = session.scalar(select(func.sum(files.c.size))) or 0
    return int(whole) + int(session.scalar(appended) or 0)
