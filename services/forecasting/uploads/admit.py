"""Whether a file that is announced at the platform's own door has room in its session."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.settings import Settings
from services.forecasting.files.quota import require_room_now
from services.forecasting.resolve import fillable_session


def admit_upload(
    session: Session,
    actor: Actor,
    number: int | None,
    details: Mapping[str, str],
    length: int,
    settings: Settings,
) -> None:
    """Refuse ``length`` bytes for which whose session it is has no room, before the first comes.

    The session is the one that ``details`` name as sessionId, else that of the ``number`` in the
    upload's purpose; without either it will be one of the actor's own. Raises SessionNotFound,
    BadSessionId, Forbidden and StorageLimitReached.
    """
    named = details.get("sessionId") or (None if number is None else str(number))
    owner_id = actor.user_id
    if named is not None:
        owner_id = fillable_session(session, actor, named).owner_id
    require_room_now(session, owner_id, length, settings.session_quota_bytes)
