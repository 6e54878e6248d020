"""Connections to services that know how often a site was seen, and the series they brought."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    Float,
    ForeignKey,
    Index,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.types import BigId, Json, UtcDateTime

PLATFORMS = ("gsc", "bing")
CONNECTION_STATES = ("active", "needs_sign_in", "archived")
PLATFORM_CHECK = f"platform IN {PLATFORMS!r}"


class ServiceConnection(Base):
    """An account of a person at Google Search Console or Bing Webmaster.

    ``tokens_encrypted`` is readable with the platform's secret alone, and gone when it is archived.
    ``site`` is the property that is read, one of ``sites`` (site, usable, permission), which the
    newest check brought. ``last_check`` and ``last_refresh`` say how the newest ones ended.
    ``renewing_by`` renews the tokens until ``renewing_until``, by the database's clock.
    No route shares it: ``visibility`` is private.
    """

    __tablename__ = "connections"
    __table_args__ = (
        CheckConstraint(PLATFORM_CHECK, name="platform"),
        CheckConstraint(f"state IN {CONNECTION_STATES!r}", name="state"),
        CheckConstraint("visibility IN ('private', 'team')", name="visibility"),
        Index(None, "owner_id", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    visibility: Mapped[str] = mapped_column(String(20), default="private")
    platform: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20))
    site: Mapped[str | None] = mapped_column(String(500))
    sites: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    tokens_encrypted: Mapped[str | None] = mapped_column(Text)
    scopes: Mapped[list[str]] = mapped_column(Json)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_check: Mapped[dict[str, Any] | None] = mapped_column(Json)
    last_refresh: Mapped[dict[str, Any] | None] = mapped_column(Json)
    renewing_by: Mapped[str | None] = mapped_column(String(32))
    renewing_until: Mapped[float | None] = mapped_column(Float)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ConnectionDay(Base):
    """One day of a property; a calendar date of the service, not an instant.

    ``position`` is the mean position, None where it is unknown. A provisional day may change.
    """

    __tablename__ = "connection_days"

    connection_id: Mapped[int] = mapped_column(
        ForeignKey("connections.id", ondelete="CASCADE"), primary_key=True
    )
    site: Mapped[str] = mapped_column(String(500), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    clicks: Mapped[int] = mapped_column(BigInteger)
    impressions: Mapped[int] = mapped_column(BigInteger)
    position: Mapped[float | None] = mapped_column(Float)
    provisional: Mapped[bool] = mapped_column(Boolean, default=False)


class ConnectionLog(Base):
    """How one refresh or one check of a connection ended; ``code`` is why it failed."""

    __tablename__ = "connection_logs"
    __table_args__ = (
        Index(None, "owner_id", "id"),
        Index(None, "finished_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    connection_id: Mapped[int] = mapped_column(ForeignKey("connections.id", ondelete="CASCADE"))
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    platform: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(30))
    outcome: Mapped[str] = mapped_column(String(20))
    code: Mapped[str | None] = mapped_column(String(30))
    detail: Mapped[str | None] = mapped_column(Text)
    result: Mapped[dict[str, Any] | None] = mapped_column(Json)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime] = mapped_column(UtcDateTime)


class OAuthState(Base):
    """A sign-in that somebody began at a platform; its return uses it up.

    ``connection_id`` is the connection that is to be signed in again, None for a new one.
    """

    __tablename__ = "oauth_states"
    __table_args__ = (CheckConstraint(PLATFORM_CHECK, name="platform"),)

    state_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    platform: Mapped[str] = mapped_column(String(20))
    connection_id: Mapped[int | None] = mapped_column(
        ForeignKey("connections.id", ondelete="CASCADE")
    )
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
