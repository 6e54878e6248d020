"""From a credential to the person behind it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, or_, select, update
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.auth.forecast_keys import actor_of_forecast_key
from app.auth.secrets import TOKEN_PREFIX, digest
from app.clock import now
from app.db.engine import Database
from app.db.types import UtcDateTime
from app.errors import Unauthorised
from app.models.api_token import ApiToken
from app.models.auth_session import AuthSession
from app.models.user import User

TOUCH_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class SessionLimits:
    """How long a sign-in lasts: ``idle`` without a request, ``absolute`` in any case."""

    idle: timedelta = timedelta(hours=8)
    absolute: timedelta = timedelta(days=7)


class Authenticator:
    """Finds the actor of a credential, and writes down now and then that it is in use."""

    def __init__(self, database: Database, limits: SessionLimits) -> None:
        self._database = database
        self.limits = limits

    def by_session(self, secret: str) -> Actor:
        """Return whom the session cookie belongs to.

        Raises Unauthorised when it is unknown, over, or its owner is not active.
        """
        at = now()
        with self._database.read() as session:
            row = session.execute(
                select(AuthSession, User)
                .join(User, User.id == AuthSession.user_id)
                .where(AuthSession.secret_hash == digest(secret), live_session(at, self.limits))
            ).one_or_none()
        if row is None:
            raise Unauthorised("You are not signed in, or your session is over. Sign in again.")
        opened, user = row
        if opened.last_seen_at < at - TOUCH_EVERY:
            self._touch(AuthSession, opened.id, at)
        return actor_of_session(opened.id, user.id, user.role, user.name)

    def by_token(self, secret: str) -> Actor:
        """Return whom the API token belongs to.

        Raises Unauthorised when it is unknown, expired, or its owner is not active.
        """
        at = now()
        row = None
        if secret.startswith(TOKEN_PREFIX):
            with self._database.read() as session:
                values = {"secret_hash": digest(secret), "at": at}
                row = session.connection().execute(_BY_TOKEN, values).one_or_none()
        if row is None:
            raise Unauthorised("This token is unknown, expired or revoked.")
        token_id, last_used_at, scopes, user_id, role, name = row
        if last_used_at is None or last_used_at < at - TOUCH_EVERY:
            self._touch(ApiToken, token_id, at)
        return actor_of_token(token_id, user_id, role, name, scopes)

    def by_forecast_key(self, secret: str) -> Actor:
        """Return who acts by a forecast key; raises Unauthorised and TooMany."""
        return actor_of_forecast_key(self._database, secret)

    def _touch(self, model: type[AuthSession] | type[ApiToken], row_id: int, at: datetime) -> None:
        """Note the use; what cannot be noted at once is forgotten: reading needs no write."""
        column = "last_seen_at" if model is AuthSession else "last_used_at"
        touch = update(model).where(model.id == row_id).values({column: at})
        self._database.try_write(lambda unit: unit.session.execute(touch))

    def still_valid(self, actors: Collection[Actor]) -> set[Actor]:
        """Return those actors whose credential, role and account are as they were.

        Two statements, however many actors there are.
        """
        with self._database.read() as session:
            valid = self._by_sessions(session, actors) | _by_tokens(session, actors)
        return {actor for actor in actors if actor in valid}

    def _by_sessions(self, session: Session, actors: Collection[Actor]) -> set[Actor]:
        ids = {actor.session_id for actor in actors if actor.session_id is not None}
        rows = session.execute(
            select(AuthSession.id, User.id.label("user_id"), User.role)
            .join(User, User.id == AuthSession.user_id)
            .where(AuthSession.id.in_(ids), live_session(now(), self.limits))
        )
        return {actor_of_session(row.id, row.user_id, row.role, "") for row in rows}


def _by_tokens(session: Session, actors: Collection[Actor]) -> set[Actor]:
    ids = {actor.token_id for actor in actors if actor.token_id is not None}
    rows = session.execute(
        select(ApiToken.id, User.id.label("user_id"), User.role, ApiToken.scopes)
        .join(User, User.id == ApiToken.user_id)
        .where(ApiToken.id.in_(ids), live_token(now()))
    )
    return {actor_of_token(row.id, row.user_id, row.role, "", row.scopes) for row in rows}


def live_session(at: datetime, limits: SessionLimits) -> ColumnElement[bool]:
    """Return the condition under which a session, joined with its user, still counts."""
    return and_(
        User.is_active,
        AuthSession.expires_at > at,
        AuthSession.last_seen_at > at - limits.idle,
    )


def live_token(at: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """Return the condition under which a token, joined with its user, still counts."""
    return and_(User.is_active, or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > at))


_BY_TOKEN = (  # built once: every call with a token begins with it
    select(ApiToken.id, ApiToken.last_used_at, ApiToken.scopes, User.id, User.role, User.name)
    .join(User, User.id == ApiToken.user_id)
    .where(
        ApiToken.secret_hash == bindparam("secret_hash"),
        live_token(bindparam("at", type_=UtcDateTime)),
    )
)


def actor_of_session(session_id: int, user_id: int, role: str, name: str) -> Actor:
    """Return the actor of a signed-in browser."""
    return Actor(user_id=user_id, role=role, name=name, session_id=session_id, via="session")


def actor_of_token(token_id: int, user_id: int, role: str, name: str, scopes: list[str]) -> Actor:
    """Return the actor of a token: never more than its owner, an admin only with that scope."""
    role = "member" if role == "admin" and "admin" not in scopes else role
    granted = frozenset(scopes)
    return Actor(
        user_id=user_id, role=role, name=name, token_id=token_id, scopes=granted, via="token"
    )
