"""Incidents: failures of jobs with one cause, and what people did about them."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.types import BigId, UtcDateTime

OPEN, ACKNOWLEDGED, SNOOZED, FIXED = "open", "acknowledged", "snoozed", "fixed"
FAILED_OUTSIDE = "failed_outside"  # the type of what external programs report
INCIDENT_STATES = (OPEN, ACKNOWLEDGED, SNOOZED, FIXED)


class Incident(Base):
    """Failures of one owner that have one cause, or that a person put together.

    The kind to the site are those of its first failure. ``state_at`` and ``state_by`` say when
    and by whom the state was set, ``fixed_note`` what fixed it. A snoozed one wakes at
    ``snooze_until`` or when ``count`` reaches ``snooze_count``. ``regressed_at`` is when it came
    back although it was fixed.
    """

    __tablename__ = "incidents"
    __table_args__ = (
        CheckConstraint(f"state IN {INCIDENT_STATES!r}", name="state"),
        Index(None, "owner_id", "state", "last_seen", "id"),
        Index(None, "state", "last_seen", "id"),
        Index(None, "state", "snooze_until"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    kind: Mapped[str] = mapped_column(String(50))
    code: Mapped[str] = mapped_column(String(20))
    type: Mapped[str] = mapped_column(String(200))
    frame: Mapped[str | None] = mapped_column(String(300))
    words: Mapped[str] = mapped_column(Text)
    site: Mapped[str | None] = mapped_column(String(300))
    state: Mapped[str] = mapped_column(String(20))
    state_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    state_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    snooze_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    snooze_count: Mapped[int | None] = mapped_column(BigInteger)
    fixed_note: Mapped[str | None] = mapped_column(Text)
    regressed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    first_seen: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen: Mapped[datetime] = mapped_column(UtcDateTime)
    count: Mapped[int] = mapped_column(BigInteger)


class IncidentRoute(Base):
    """Where failures of one owner with one cause go: merging and splitting change these rows.

    ``owner_no`` is the owner's id, 0 for nobody's jobs. ``subject`` is one thing whose failures
    were split off, empty for all the others.
    """

    __tablename__ = "incident_routes"

    owner_no: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    cause_key: Mapped[str] = mapped_column(String(32), primary_key=True)
    subject: Mapped[str] = mapped_column(String(100), primary_key=True, default="")
    cause_version: Mapped[int] = mapped_column(Integer)
    incident_id: Mapped[int] = mapped_column(
        ForeignKey("incidents.id", ondelete="CASCADE"), index=True
    )


class JobFailure(Base):
    """One job that failed: an occurrence of its incident.

    ``message`` is what was raised, without credentials, from which a newer version of the cause
    is computed; pages show ``detail``, the sentence of the job. ``recovered_at`` is when a later
    job of the same thing succeeded.
    """

    __tablename__ = "job_failures"
    __table_args__ = (
        Index(None, "incident_id", "at", "id"),
        Index(None, "incident_id", "cause_key"),
        Index(None, "subject", "recovered_at"),
        Index(None, "cause_version", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id", ondelete="CASCADE"))
    job_id: Mapped[int] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), index=True)
    attempt: Mapped[int] = mapped_column(Integer)
    subject: Mapped[str] = mapped_column(String(100))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    kind: Mapped[str] = mapped_column(String(50))
    code: Mapped[str] = mapped_column(String(20))
    type: Mapped[str] = mapped_column(String(200))
    frame: Mapped[str | None] = mapped_column(String(300))
    words: Mapped[str] = mapped_column(Text)
    site: Mapped[str | None] = mapped_column(String(300))
    detail: Mapped[str] = mapped_column(Text)
    message: Mapped[str] = mapped_column(Text)
    cause_key: Mapped[str] = mapped_column(String(32))
    cause_version: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    recovered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class IncidentDay(Base):
    """How many failures an incident had on a day in UTC."""

    __tablename__ = "incident_days"

    incident_id: Mapped[int] = mapped_column(
        ForeignKey("incidents.id", ondelete="CASCADE"), primary_key=True
    )
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    count: Mapped[int] = mapped_column(BigInteger)


class IncidentNote(Base):
    """What a person wrote about an incident."""

    __tablename__ = "incident_notes"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    incident_id: Mapped[int] = mapped_column(
        ForeignKey("incidents.id", ondelete="CASCADE"), index=True
    )
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    text: Mapped[str] = mapped_column(Text)
