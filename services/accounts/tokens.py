"""API tokens: made, listed and revoked by the person they belong to, or revoked by an admin."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, func, select, true

from app.auth.actor import Actor
from app.auth.audit import record
from app.auth.secrets import SHOWN, TOKEN_PREFIX, digest, mint
from app.clock import now
from app.db.engine import Database
from app.db.uow import UnitOfWork
from app.errors import Invalid, NotFound
from app.ids import parse_id
from app.models.api_token import ApiToken
from app.models.user import User
from services.accounts.types import SCOPES, NewToken, OwnedToken

ALLOWED = {"viewer": SCOPES[:1], "member": SCOPES[:2], "admin": SCOPES}
DEFAULT = {"viewer": ("read",), "member": ("read", "write"), "admin": ("read", "write")}


def create_token(
    database: Database,
    actor: Actor,
    *,
    name: str,
    scopes: Iterable[str] | None = None,
    expires_in_days: int | None = None,
) -> NewToken:
    """Make a token for the person who asks.

    Raises Invalid for scopes above the person's role.
    """
    granted = _checked(scopes, actor.role)
    with database.write() as uow:
        return add_token(uow, actor, actor.user_id, name, granted, expires_in_days)


def add_token(
    uow: UnitOfWork,
    actor: Actor,
    user_id: int,
    name: str,
    scopes: Sequence[str],
    expires_in_days: int | None,
) -> NewToken:
    """Write a token for ``user_id``, made by ``actor``."""
    secret, at = mint(TOKEN_PREFIX), now()
    token = ApiToken(
        user_id=user_id,
        name=name,
        prefix=secret[:SHOWN],
        secret_hash=digest(secret),
        scopes=list(scopes),
        created_at=at,
        expires_at=at + timedelta(days=expires_in_days) if expires_in_days else None,
        last_used_at=None,
    )
    uow.session.add(token)
    uow.session.flush()
    detail = {"name": name, "scopes": list(scopes), "user_id": user_id}
    record(uow, actor, "token_created", f"token:{token.id}", detail)
    return NewToken(secret=secret, token=token)


def scopes_for(user: User, scopes: Iterable[str] | None) -> list[str]:
    """Return the scopes that a token of ``user`` gets.

    Raises Invalid for scopes above the person's role.
    """
    return _checked(scopes, user.role)


def _checked(scopes: Iterable[str] | None, role: str) -> list[str]:
    requested = set(DEFAULT[role] if scopes is None else scopes)
    excess = requested - set(ALLOWED[role])
    if excess or not requested:
        allowed = ", ".join(ALLOWED[role])
        detail = f"A token of a {role} may have these scopes, at least one: {allowed}."
        raise Invalid(detail, errors={"scopes": [detail]})
    return [scope for scope in SCOPES if scope in requested]


def list_tokens(database: Database, actor: Actor) -> Sequence[ApiToken]:
    """Return the person's tokens, the newest first."""
    statement = select(ApiToken).where(ApiToken.user_id == actor.user_id)
    with database.read() as session:
        return session.scalars(statement.order_by(ApiToken.id.desc())).all()


def list_all_tokens(
    database: Database, limit: int, offset: int, user_id: int | None = None
) -> tuple[list[OwnedToken], int]:
    """Return a page of everybody's tokens, the newest first, and how many there are.

    ``user_id`` leaves only that person's.
    """
    whose = true() if user_id is None else ApiToken.user_id == user_id
    query = select(ApiToken, User).join(User, User.id == ApiToken.user_id).where(whose)
    page = query.order_by(ApiToken.id.desc()).limit(limit).offset(offset)
    with database.read() as session:
        rows = [OwnedToken(token=token, owner=owner) for token, owner in session.execute(page)]
        total = session.scalar(select(func.count()).select_from(ApiToken).where(whose)) or 0
    return rows, total


def revoke_any_token(database: Database, actor: Actor, token_id: str) -> str:
    """Revoke a token, whoever's it is, and return its name; for admins and the command line.

    Raises NotFound, and Invalid for text that is no id.
    """
    number = parse_id(token_id, "token_id")
    with database.write() as uow:
        return _revoke(uow, actor, number, ApiToken.id == number)


def revoke_token(database: Database, actor: Actor, token_id: str) -> None:
    """Revoke one of the person's own tokens.

    Raises NotFound for everybody else's.
    """
    number = parse_id(token_id, "token_id")
    own = (ApiToken.id == number) & (ApiToken.user_id == actor.user_id)
    with database.write() as uow:
        _revoke(uow, actor, number, own)


def _revoke(uow: UnitOfWork, actor: Actor, number: int, which: ColumnElement[bool]) -> str:
    statement = delete(ApiToken).where(which).returning(ApiToken.name, ApiToken.user_id)
    row = uow.session.execute(statement).one_or_none()
    if row is None:
        raise NotFound(f"Token {number} does not exist.")
    detail = {"name": row.name, "user_id": row.user_id}
    record(uow, actor, "token_revoked", f"token:{number}", detail)
    return str(row.name)
