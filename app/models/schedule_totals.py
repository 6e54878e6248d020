"""What executions added up to, and the clock's own count of its looks: clean-up leaves these."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.types import UtcDateTime

TOOK, LAG = "took", "lag"
MEASURES = (TOOK, LAG)


class SweptCounter(Base):
    """What the rows that are gone had added to the daily counters; these are it and the rows."""

    __tablename__ = "swept_counters"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(50), primary_key=True)
    created: Mapped[int] = mapped_column(BigInteger, default=0)
    executed: Mapped[int] = mapped_column(BigInteger, default=0)
    failed: Mapped[int] = mapped_column(BigInteger, default=0)
    skipped: Mapped[int] = mapped_column(BigInteger, default=0)
    cancelled: Mapped[int] = mapped_column(BigInteger, default=0)
    retried: Mapped[int] = mapped_column(BigInteger, default=0)
    duration_ms: Mapped[int] = mapped_column(BigInteger, default=0)


class DailyDuration(Base):
    """How many durations of a day (UTC) fell into a bucket of a sketch, by owner and kind.

    ``took`` is from the first attempt of an execution to its end, ``lag`` from a due time to its
    dispatch. ``services.scheduler.totals.sketch`` says what the buckets are.
    """

    __tablename__ = "daily_durations"
    __table_args__ = (CheckConstraint(f"measure IN {MEASURES!r}", name="measure"),)

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(50), primary_key=True)
    measure: Mapped[str] = mapped_column(String(10), primary_key=True)
    bucket: Mapped[int] = mapped_column(Integer, primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, default=0)


class SweptDuration(Base):
    """How many of the ``took`` of a bucket are of rows that are gone."""

    __tablename__ = "swept_durations"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(50), primary_key=True)
    bucket: Mapped[int] = mapped_column(Integer, primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, default=0)


class ClockDay(Base):
    """How often all clocks looked on a day (UTC), and when its counters were held to the rows."""

    __tablename__ = "clock_days"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    looks: Mapped[int] = mapped_column(BigInteger, default=0)
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
