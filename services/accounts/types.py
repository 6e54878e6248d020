"""Values that the use cases of this domain take and give."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.models.api_token import ApiToken
from app.models.auth_session import AuthSession
from app.models.user import User

SCOPES = ("read", "write", "admin")


@dataclass(frozen=True, kw_only=True)
class SignInOrigin:
    """Where a sign-in comes from. ``replaces`` is the session secret that the browser had."""

    address: str
    user_agent: str
    replaces: str | None = None


@dataclass(frozen=True, kw_only=True)
class OpenedSession:
    """A new session; ``secret`` exists here and in the browser, nowhere else."""

    secret: str
    user: User


@dataclass(frozen=True, kw_only=True)
class PasswordCheck:
    """What has to be compared with the password that a person typed."""

    email: str
    name: str
    user_id: int | None
    stored: str | None
    at: datetime


@dataclass(frozen=True, kw_only=True)
class ListedSession:
    """One of a person's sessions; ``current`` is the one that asks."""

    session: AuthSession
    current: bool


@dataclass(frozen=True, kw_only=True)
class OwnedToken:
    """A token and the person it acts for."""

    token: ApiToken
    owner: User


@dataclass(frozen=True, kw_only=True)
class NewToken:
    """A new token; ``secret`` is shown once."""

    secret: str
    token: ApiToken


@dataclass(frozen=True, kw_only=True)
class IssuedLink:
    """A one-time address to sign in with."""

    url: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class AuditLine:
    """An audit entry with the name of who acted."""

    id: int
    at: datetime
    user_id: int | None
    user_name: str | None
    via: str
    action: str
    target: str
    detail: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class AuditPage:
    """The newest entries first; ``next_before`` asks for the page after this one."""

    items: list[AuditLine]
    next_before: int | None
