"""The words of connections."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.clock import now
from app.db.engine import Database
from app.models.connection import ServiceConnection
from app.settings import Settings
from services.connections.secret import TokenVault

ACTIVE, NEEDS_SIGN_IN, ARCHIVED = "active", "needs_sign_in", "archived"
REFRESH, CHECK = "dataset.refresh", "token.check"
SUCCESS, FAILED = "success", "failed"


@dataclass(frozen=True, kw_only=True)
class Here:
    """What of the installation connections work with; ``clock`` says which day is today."""

    database: Database
    settings: Settings
    vault: TokenVault
    clock: Callable[[], datetime] = now

    @classmethod
    def of(cls, database: Database, settings: Settings) -> "Here":
        """Return it with the secret of this home."""
        return cls(database=database, settings=settings, vault=TokenVault(settings.home))


@dataclass(frozen=True, kw_only=True)
class SignInStart:
    """Where a person goes to let us read, and until when the return is taken."""

    authorize_url: str
    expires_at: datetime


@dataclass(frozen=True)
class SignIn:
    """A sign-in that a person began; without a connection it makes a new one."""

    platform: str
    connection_id: int | None
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class ConnectionOutcome:
    """How a refresh or a check ended; ``code`` and ``detail`` say why it failed."""

    kind: str
    started_at: datetime
    finished_at: datetime
    result: Mapping[str, Any] | None = None
    code: str | None = None
    detail: str | None = None
    retry_after: float | None = None

    @property
    def outcome(self) -> str:
        """Return success or failed."""
        return SUCCESS if self.code is None else FAILED


@dataclass(frozen=True, kw_only=True)
class ConnectionNow:
    """A connection, and whether a refresh or a check of it waits or runs."""

    row: ServiceConnection
    refreshing: bool
    checking: bool
