"""Channels that carry messages out of the platform, and what became of each message on them."""

from datetime import datetime

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.types import BigId, UtcDateTime

CHANNEL_KINDS = ("webhook", "slack", "email")
CHANNEL_LANGUAGES = ("en", "de")
SEVERITY_NAMES = ("info", "warning", "critical")
DELIVERY_STATES = ("queued", "delivered", "failed")


class AlertChannel(Base):
    """Where messages go: those of its owner, or without an owner those of the platform.

    ``target_encrypted`` holds the address and the signing secret, readable with a file of the
    platform alone; ``hint`` is what may be shown of the address. ``failures`` counts attempts that
    failed since the last delivery. ``language`` is that of the words around a message.
    """

    __tablename__ = "alert_channels"
    __table_args__ = (
        CheckConstraint(f"kind IN {CHANNEL_KINDS!r}", name="kind"),
        CheckConstraint(f"language IN {CHANNEL_LANGUAGES!r}", name="language"),
        CheckConstraint(f"lowest IN {SEVERITY_NAMES!r}", name="lowest"),
        Index(None, "owner_id", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(100))
    hint: Mapped[str] = mapped_column(String(300))
    target_encrypted: Mapped[str | None] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(2))
    lowest: Mapped[str] = mapped_column(String(20))
    enabled: Mapped[bool] = mapped_column(Boolean, default=True)
    failures: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ChannelDelivery(Base):
    """One message on one channel: the outbox while it is queued, its record afterwards.

    ``message_id`` is sent along, the same at every attempt. ``next_at`` is when it is due, in
    seconds of the database's clock; while ``claimed_by`` sends it, when that claim is over.
    ``status`` is what the receiver answered last (HTTP or SMTP).
    """

    __tablename__ = "channel_deliveries"
    __table_args__ = (
        CheckConstraint(f"state IN {DELIVERY_STATES!r}", name="state"),
        CheckConstraint(f"severity IN {SEVERITY_NAMES!r}", name="severity"),
        UniqueConstraint("channel_id", "cause", "phase", "at"),
        Index(None, "channel_id", "id"),
        Index(None, "state", "next_at"),
        Index(None, "finished_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey("alert_channels.id", ondelete="CASCADE"))
    message_id: Mapped[str] = mapped_column(String(32))
    cause: Mapped[str] = mapped_column(Text)
    phase: Mapped[str] = mapped_column(String(20))
    severity: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    href: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(20))
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    next_at: Mapped[float] = mapped_column(Float)
    claimed_by: Mapped[str | None] = mapped_column(String(32))
    status: Mapped[int | None] = mapped_column(Integer)
    detail: Mapped[str | None] = mapped_column(String(300))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
