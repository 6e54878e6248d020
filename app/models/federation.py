"""Federations across sites: a server that sites connect to, and the sites with their keys."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.types import BigId, Json, UtcDateTime

TARGET_STATES = ("running", "stopped")


class Federation(Base):
    """One SuperLink. ``wanted`` is what people requested, ``seen_at`` when it last showed life.

    Keys lie in files of the host; the row has what sites may know. A deleted federation keeps
    its row, so that the runs on it can still be explained.
    """

    __tablename__ = "federations"
    __table_args__ = (
        CheckConstraint("visibility IN ('private', 'team')", name="visibility"),
        CheckConstraint(f"wanted IN {TARGET_STATES!r}", name="wanted"),
        Index(None, "owner_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    visibility: Mapped[str] = mapped_column(String(20), default="private")
    host: Mapped[str] = mapped_column(String(255))
    port: Mapped[int] = mapped_column(Integer)
    ca_certificate: Mapped[str] = mapped_column(Text)
    wanted: Mapped[str] = mapped_column(String(20), default="running")
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    problem: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class FederationSite(Base):
    """One hospital or laboratory: invited by a token, known by its public key afterwards.

    ``node_id`` is the SuperLink's number for the key, an unsigned number of 64 bits as text.
    """

    __tablename__ = "federation_sites"
    __table_args__ = (Index(None, "federation_id", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    federation_id: Mapped[int] = mapped_column(ForeignKey("federations.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(100))
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    token_expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    public_key: Mapped[str | None] = mapped_column(String(1000))
    fingerprint: Mapped[str | None] = mapped_column(String(64), index=True)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    enrolled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    node_id: Mapped[str | None] = mapped_column(String(20))
    last_seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    versions: Mapped[dict[str, Any] | None] = mapped_column(Json)
    data_check: Mapped[dict[str, Any] | None] = mapped_column(Json)
    last_error: Mapped[str | None] = mapped_column(Text)
    last_error_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
