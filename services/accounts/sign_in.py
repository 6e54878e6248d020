"""Signing in, by password or by a one-time code.

Signing in by password has three steps, because hashing happens outside the transaction:
``begin_login`` counts the attempt and reads what to compare, the password hasher compares in its
own threads, ``finish_login`` opens the session or refuses. Every way to fail looks the same from
outside.
"""

from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.auth.audit import record
from app.auth.credentials import SessionLimits, actor_of_session
from app.auth.passwords import Verdict
from app.auth.secrets import digest, mint
from app.auth.throttle import count_attempt, count_failure, reset_attempts
from app.clock import now
from app.db.engine import Database
from app.db.uow import UnitOfWork
from app.errors import Unauthorised
from app.models.auth_session import AuthSession
from app.models.signin_link import SigninLink
from app.models.user import User
from services.accounts.repository import normal_email, user_by_email
from services.accounts.types import OpenedSession, PasswordCheck, SignInOrigin


def begin_login(database: Database, email: str, caller: SignInOrigin) -> PasswordCheck:
    """Count the attempt and return what to compare the password with.

    Raises TooMany after too many failures from this address.
    """
    address, at = normal_email(email), now()
    with database.write() as uow:
        count_attempt(uow.session, address, caller.address, at)
        user = user_by_email(uow.session, address)
    usable = user is not None and user.is_active
    return PasswordCheck(
        email=address,
        name=user.name if user else "",
        user_id=user.id if user else None,
        stored=user.password_hash if user and usable else None,
        at=at,
    )


def finish_login(
    database: Database,
    attempt: PasswordCheck,
    verdict: Verdict,
    caller: SignInOrigin,
    limits: SessionLimits,
) -> OpenedSession:
    """Open a session for the right password.

    Raises Unauthorised for a wrong one, and for whatever changed since the attempt began.
    """
    with database.write() as uow:
        user = _unchanged(uow.session, attempt) if verdict.matches else None
        if user is None:
            target = f"user:{attempt.user_id}" if attempt.user_id else "unknown account"
            _record_failure(uow, target, caller)
        else:
            user.password_hash = verdict.rehashed or user.password_hash
            reset_attempts(uow.session, attempt.email, caller.address, attempt.at)
            opened = _open(uow, user, "password", caller, limits)
    if user is None:
        raise Unauthorised("The e-mail address or the password is not right.")
    return opened


def _unchanged(session: Session, attempt: PasswordCheck) -> User | None:
    user = user_by_email(session, attempt.email)
    same = user is not None and user.is_active and user.password_hash == attempt.stored
    return user if same else None


def use_code(
    database: Database, code: str, caller: SignInOrigin, limits: SessionLimits
) -> OpenedSession:
    """Open a session for a one-time code, which is used up by it.

    Never throttled: 256 bits cannot be guessed, and the way in must not be closed by strangers.
    Raises Unauthorised for codes that are unknown, used or too old.
    """
    with database.write() as uow:
        user = _redeem(uow.session, code)
        if user is None:
            _record_failure(uow, "one-time code", caller)
        else:
            opened = _open(uow, user, "code", caller, limits)
    if user is None:
        raise Unauthorised("This sign-in link is used up or too old. Ask an admin for a new one.")
    return opened


def _record_failure(uow: UnitOfWork, target: str, caller: SignInOrigin) -> None:
    """Write down the first failure of an address in a minute, and with it the number before."""
    earlier = count_failure(uow.session, target, caller.address, now())
    if earlier is not None:
        counted = {"earlier": earlier} if earlier else {}
        record(uow, None, "login_failed", target, {"ip": caller.address, **counted})


def _redeem(session: Session, code: str) -> User | None:
    statement = delete(SigninLink).where(
        SigninLink.code_hash == digest(code), SigninLink.expires_at > now()
    )
    user_id = session.scalar(statement.returning(SigninLink.user_id))
    user = session.get(User, user_id) if user_id is not None else None
    return user if user is not None and user.is_active else None


def _open(
    uow: UnitOfWork, user: User, opened_by: str, caller: SignInOrigin, limits: SessionLimits
) -> OpenedSession:
    """Open a session under a new secret; the one that the browser had before ends."""
    if caller.replaces:
        uow.session.execute(
            delete(AuthSession).where(AuthSession.secret_hash == digest(caller.replaces))
        )
    _forget_old(uow.session, limits.idle)
    secret, at = mint(), now()
    row = AuthSession(
        user_id=user.id,
        secret_hash=digest(secret),
        opened_by=opened_by,
        created_at=at,
        last_seen_at=at,
        expires_at=at + limits.absolute,
        user_agent=caller.user_agent[:300],
        ip=caller.address,
    )
    uow.session.add(row)
    uow.session.flush()
    actor: Actor = actor_of_session(row.id, user.id, user.role, user.name)
    record(uow, actor, "login", f"user:{user.id}", {"by": opened_by, "ip": caller.address})
    return OpenedSession(secret=secret, user=user)


def _forget_old(session: Session, idle: timedelta) -> None:
    at = now()
    over = (AuthSession.expires_at < at) | (AuthSession.last_seen_at < at - idle)
    session.execute(delete(AuthSession).where(over))
