"""Alerts: rules as admins have set them, what each of them watches, and what became of it."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.types import BigId, Json, UtcDateTime

CALM, PENDING, FIRING, RECOVERED = "calm", "pending", "firing", "recovered"
ALERT_STATES = (CALM, PENDING, FIRING, RECOVERED)
SEVERITIES = ("info", "warning", "critical")
OPEN = f"state IN {(PENDING, FIRING)!r}"


class AlertSetting(Base):
    """What an admin changed of a rule; what is null, and a rule without a row, is the default."""

    __tablename__ = "alert_settings"

    rule: Mapped[str] = mapped_column(String(50), primary_key=True)
    enabled: Mapped[bool] = mapped_column(default=True)
    threshold: Mapped[float | None] = mapped_column(Float)
    recovery: Mapped[float | None] = mapped_column(Float)
    window_s: Mapped[int | None] = mapped_column(Integer)
    hold_s: Mapped[int | None] = mapped_column(Integer)
    min_count: Mapped[int | None] = mapped_column(Integer)
    remind_s: Mapped[int | None] = mapped_column(Integer)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class Alert(Base):
    """What a rule says of one scope, such as ``platform``, ``kind:site.analyse`` or ``schedule:7``.

    Nobody as ``owner_id`` means that it is the platform's, and the admins'. ``state_at`` is when
    the state began. ``messaged_at`` is when the newest message about the present cause went out,
    null before the first, and ``carried_by`` how many channels took that one. ``braked`` are
    the flags whose roll-outs it stopped. It is muted while ``muted_until`` is to come.
    """

    __tablename__ = "alerts"
    __table_args__ = (
        UniqueConstraint("rule", "scope"),
        CheckConstraint(f"state IN {ALERT_STATES!r}", name="state"),
        CheckConstraint(f"severity IN {SEVERITIES!r}", name="severity"),
        Index(None, "owner_id", "state", "state_at", "id"),
        Index("ix_alerts_open", "rule", sqlite_where=text(OPEN)),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    rule: Mapped[str] = mapped_column(String(50))
    scope: Mapped[str] = mapped_column(String(100))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    state: Mapped[str] = mapped_column(String(20), default=CALM)
    state_at: Mapped[datetime] = mapped_column(UtcDateTime)
    severity: Mapped[str] = mapped_column(String(20))
    value: Mapped[float | None] = mapped_column(Float)
    title: Mapped[str] = mapped_column(String(500))
    detail: Mapped[str] = mapped_column(Text)
    advice: Mapped[str] = mapped_column(Text)
    href: Mapped[str] = mapped_column(String(200))
    messaged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    carried_by: Mapped[int] = mapped_column(Integer, default=0)
    braked: Mapped[list[str]] = mapped_column(Json, default=list)
    muted_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    muted_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    mute_reason: Mapped[str | None] = mapped_column(String(500))


class AlertEvent(Base):
    """Something that happened to an alert: a change of its state, a message, a mute.

    ``carried_by`` is how many channels a message went to, null where there was no message.
    """

    __tablename__ = "alert_events"
    __table_args__ = (Index(None, "alert_id", "id"), Index(None, "at"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alerts.id", ondelete="CASCADE"))
    type: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    value: Mapped[float | None] = mapped_column(Float)
    text: Mapped[str] = mapped_column(Text)
    carried_by: Mapped[int | None] = mapped_column(Integer)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
