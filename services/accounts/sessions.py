"""A person's own sessions: seeing them and ending them."""

from sqlalchemy import delete, select

from app.auth.actor import Actor
from app.auth.audit import record
from app.auth.credentials import SessionLimits
from app.clock import now
from app.db.engine import Database
from app.errors import NotFound
from app.ids import parse_id
from app.models.auth_session import AuthSession
from services.accounts.repository import end_sessions
from services.accounts.types import ListedSession


def list_sessions(database: Database, actor: Actor, limits: SessionLimits) -> list[ListedSession]:
    """Return the person's live sessions, the last used first."""
    at = now()
    statement = (
        select(AuthSession)
        .where(
            AuthSession.user_id == actor.user_id,
            AuthSession.expires_at > at,
            AuthSession.last_seen_at > at - limits.idle,
        )
        .order_by(AuthSession.last_seen_at.desc(), AuthSession.id.desc())
    )
    with database.read() as session:
        rows = session.scalars(statement).all()
    return [ListedSession(session=row, current=row.id == actor.session_id) for row in rows]


def sign_out(database: Database, actor: Actor) -> None:
    """End the session that asks."""
    with database.write() as uow:
        uow.session.execute(delete(AuthSession).where(AuthSession.id == actor.session_id))
        record(uow, actor, "logout", f"user:{actor.user_id}")


def revoke_session(database: Database, actor: Actor, session_id: str) -> None:
    """End one of the person's own sessions.

    Raises NotFound for everybody else's.
    """
    number = parse_id(session_id, "session_id")
    own = (AuthSession.id == number) & (AuthSession.user_id == actor.user_id)
    with database.write() as uow:
        statement = delete(AuthSession).where(own).returning(AuthSession.id)
        if uow.session.scalar(statement) is None:
            raise NotFound(f"Session {number} does not exist.")
        record(uow, actor, "session_revoked", f"session:{number}")


def revoke_other_sessions(database: Database, actor: Actor) -> int:
    """End all of the person's sessions but the one that asks; return how many."""
    with database.write() as uow:
        ended = end_sessions(uow.session, actor.user_id, keep=actor.session_id)
        record(uow, actor, "session_revoked", f"user:{actor.user_id}", {"sessions": ended})
    return ended
