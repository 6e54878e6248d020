"""Changing one's own password.

Whoever signed in by a one-time code just now need not know the old password: that is how a
forgotten one is replaced.
"""

from datetime import timedelta

from app.auth.actor import Actor
from app.auth.audit import record
from app.auth.throttle import count_attempt, reset_attempts
from app.clock import now
from app.db.engine import Database
from app.errors import Invalid, Unauthorised
from app.models.auth_session import AuthSession
from app.models.user import User
from services.accounts.repository import end_links, end_sessions, user_by_id
from services.accounts.types import PasswordCheck

CODE_COUNTS_FOR = timedelta(minutes=30)


def begin_change(database: Database, actor: Actor, address: str) -> PasswordCheck:
    """Count the attempt and return what to compare the current password with.

    ``stored`` is None where the current password is not required. Raises TooMany after too
    many wrong ones.
    """
    at = now()
    with database.write() as uow:
        user = user_by_id(uow.session, actor.user_id)
        opened = uow.session.get(AuthSession, actor.session_id)
        by_code = opened is not None and opened.opened_by == "code"
        fresh = opened is not None and opened.created_at > at - CODE_COUNTS_FOR
        stored = None if by_code and fresh else user.password_hash
        if stored is not None:
            count_attempt(uow.session, user.email, address, at)
    return PasswordCheck(email=user.email, name=user.name, user_id=user.id, stored=stored, at=at)


def finish_change(
    database: Database, actor: Actor, check: PasswordCheck, address: str, new_hash: str
) -> None:
    """Store the new password and end every other session and link of the person."""
    with database.write() as uow:
        user = user_by_id(uow.session, actor.user_id)
        if not user.is_active or _changed_meanwhile(user, check):
            raise Unauthorised("The password was changed meanwhile. Sign in again.")
        user.password_hash = new_hash
        if check.stored is not None:
            reset_attempts(uow.session, user.email, address, check.at)
        ended = end_sessions(uow.session, user.id, keep=actor.session_id)
        end_links(uow.session, user.id)
        record(uow, actor, "password_changed", f"user:{user.id}", {"sessions_ended": ended})


def _changed_meanwhile(user: User, check: PasswordCheck) -> bool:
    return check.stored is not None and user.password_hash != check.stored


def wrong_current_password() -> Invalid:
    """Return the error for a current password that does not fit."""
    detail = "This is not your current password."
    return Invalid(detail, errors={"current_password": [detail]})
