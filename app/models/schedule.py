"""Schedules: work that comes again and again, what each time became, and what happened to them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
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
from app.jobs import states

RETRYING, SKIPPED = "retrying", "skipped"
SCHEDULE_STATES = (
    "active", "cooling_off", "half_open", "needs_intervention", "paused", "archived",
)  # fmt: skip
CATCH_UPS = ("skip", "one", "all")
EXECUTION_STATES = (*states.ALL_STATES, RETRYING, SKIPPED)
OPEN_STATES = (*states.CLAIMABLE, *states.HELD, RETRYING)
SOURCES = ("schedule", "manual", "backfill", "retry")
FAILED = f"state = {states.FAILED!r}"
AT_WORK = f"state IN {states.HELD!r}"
OPEN = f"state IN {OPEN_STATES!r}"
# as a condition of queries: only what is written out is answered by a partial index
IS_OPEN: Any = text(f"(executions.{OPEN})")
IS_AT_WORK: Any = text(f"(executions.{AT_WORK})")
HAS_FAILED: Any = text(f"(executions.{FAILED})")


def _partial(condition: str) -> dict[str, Any]:
    """Return what makes an index one of the rows that meet a condition.

    On PostgreSQL it is one, too, by its migration. To say so here would load that dialect in every
    process, and tables are made by migrations only.
    """
    return {"sqlite_where": text(condition)}


class Schedule(Base):
    """Work that comes again and again: what, when, and how it is doing.

    One of ``cron``, ``interval_s`` and ``run_at`` says when. What is null of ``max_attempts``,
    ``backoff`` and ``timeout_s`` is the kind's. ``next_run_at`` is a nominal time, ``due_at`` the
    moment at which the clock has to look: later by the jitter. ``epoch`` begins the time that is
    counted; ``paused_*`` hold what a pause comes back to, and ``pause_until`` when by itself.
    ``tzdata`` is the version of the zones that ``next_run_at`` was computed with.
    """

    __tablename__ = "schedules"
    __table_args__ = (
        CheckConstraint("visibility IN ('private', 'team')", name="visibility"),
        CheckConstraint(f"state IN {SCHEDULE_STATES!r}", name="state"),
        CheckConstraint(f"catch_up IN {CATCH_UPS!r}", name="catch_up"),
        Index(None, "owner_id", "id"),
        Index(None, "due_at", **_partial("due_at IS NOT NULL")),
        Index(None, "pause_until", **_partial("pause_until IS NOT NULL")),
        Index(None, "depends_on"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    visibility: Mapped[str] = mapped_column(String(20), default="private")
    kind: Mapped[str] = mapped_column(String(50))
    name: Mapped[str] = mapped_column(String(200))
    params: Mapped[dict[str, Any]] = mapped_column(Json)
    cron: Mapped[str | None] = mapped_column(String(200))
    interval_s: Mapped[int | None] = mapped_column(BigInteger)
    run_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    timezone: Mapped[str] = mapped_column(String(100), default="UTC")
    starts_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    exclude: Mapped[list[str]] = mapped_column(Json, default=list)
    jitter_s: Mapped[int] = mapped_column(Integer, default=0)
    catch_up: Mapped[str] = mapped_column(String(10), default="skip")
    catch_up_most: Mapped[int] = mapped_column(Integer, default=1)
    max_attempts: Mapped[int | None] = mapped_column(Integer)
    backoff: Mapped[list[float] | None] = mapped_column(Json)
    timeout_s: Mapped[int | None] = mapped_column(BigInteger)
    must_end_by: Mapped[str | None] = mapped_column(String(5))
    longest: Mapped[int | None] = mapped_column(BigInteger)
    concurrency_key: Mapped[str | None] = mapped_column(String(100))
    depends_on: Mapped[int | None] = mapped_column(ForeignKey("schedules.id"))
    version: Mapped[int] = mapped_column(Integer, default=1)
    state: Mapped[str] = mapped_column(String(20), default="active")
    epoch: Mapped[datetime] = mapped_column(UtcDateTime)
    failures: Mapped[int] = mapped_column(Integer, default=0)
    cool_off_level: Mapped[int] = mapped_column(Integer, default=0)
    cool_off_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    fallback: Mapped[str] = mapped_column(String(20), default="next_level")
    paused_state: Mapped[str | None] = mapped_column(String(20))
    paused_cool_off_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    pause_reason: Mapped[str | None] = mapped_column(String(500))
    pause_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    next_run_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tzdata: Mapped[str] = mapped_column(String(20))
    error_code: Mapped[str | None] = mapped_column(String(30))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    dispatched_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ScheduleVersion(Base):
    """What a schedule said from ``created_at`` on, and what that changed: field to [old, new]."""

    __tablename__ = "schedule_versions"

    schedule_id: Mapped[int] = mapped_column(
        ForeignKey("schedules.id", ondelete="CASCADE"), primary_key=True
    )
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    definition: Mapped[dict[str, Any]] = mapped_column(Json)
    changes: Mapped[dict[str, Any]] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ScheduleExecution(Base):
    """One due time of a schedule, or one start by hand, with all its attempts.

    ``scheduled_for`` is the nominal time, null for a start by hand. ``begin_at`` is when the clock
    looks whether the next attempt can begin, null while there is none to begin; ``waits_for`` says
    why it could not. ``attempt`` counts from 1, 0 is before the first. ``skip_reason`` is why it
    did not run, and ``missed`` how many due times a row of missed ones stands for. ``subject`` is
    what it became, such as ``run:7``. ``params`` are its own where it was edited and tried again.
    """

    __tablename__ = "executions"
    __table_args__ = (
        UniqueConstraint("schedule_id", "scheduled_for"),
        CheckConstraint("visibility IN ('private', 'team')", name="visibility"),
        CheckConstraint(f"state IN {EXECUTION_STATES!r}", name="state"),
        CheckConstraint(f"source IN {SOURCES!r}", name="source"),
        Index(None, "schedule_id", "id"),
        Index(None, "owner_id", "id"),
        Index(None, "state", "id"),
        Index(None, "schedule_id", "finished_at"),
        Index(None, "finished_at", **_partial("finished_at IS NOT NULL")),
        Index(None, "begin_at", **_partial("begin_at IS NOT NULL")),
        Index("ix_executions_open", "schedule_id", **_partial(OPEN)),
        Index("ix_executions_failed", "schedule_id", "id", **_partial(FAILED)),
        Index("ix_executions_failed_owner_id", "owner_id", "id", **_partial(FAILED)),
        Index("ix_executions_at_work", "owner_id", **_partial(AT_WORK)),
        Index(None, "owner_id", "finished_at", **_partial("finished_at IS NOT NULL")),
        # what ended lately, of everybody: alerts look at it each minute
        Index(
            "ix_executions_ended",
            "finished_at",
            "state",
            "kind",
            **_partial("finished_at IS NOT NULL"),
        ),
        # one at a time: two clocks cannot begin two executions of one schedule
        Index(
            "uq_executions_begun", "schedule_id", unique=True, **_partial(f"attempt > 0 AND {OPEN}")
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    schedule_id: Mapped[int] = mapped_column(ForeignKey("schedules.id", ondelete="CASCADE"))
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    visibility: Mapped[str] = mapped_column(String(20), default="private")
    kind: Mapped[str] = mapped_column(String(50))
    source: Mapped[str] = mapped_column(String(20))
    version: Mapped[int] = mapped_column(Integer, default=1)
    params: Mapped[dict[str, Any] | None] = mapped_column(Json)
    scheduled_for: Mapped[datetime | None] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(20), default="queued")
    attempt: Mapped[int] = mapped_column(Integer, default=0)
    is_probe: Mapped[bool] = mapped_column(default=False)
    begin_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    waits_for: Mapped[str | None] = mapped_column(String(200))
    skip_reason: Mapped[str | None] = mapped_column(String(30))
    missed: Mapped[int] = mapped_column(Integer, default=0)
    stop_reason: Mapped[str | None] = mapped_column(String(20))
    error_code: Mapped[str | None] = mapped_column(String(30))
    error: Mapped[str | None] = mapped_column(Text)
    result: Mapped[dict[str, Any] | None] = mapped_column(Json)
    subject: Mapped[str | None] = mapped_column(String(100))
    retry_of: Mapped[int | None] = mapped_column(BigId)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ExecutionAttempt(Base):
    """One attempt of an execution: one job. It may have none: what could not begin."""

    __tablename__ = "attempts"
    __table_args__ = (
        Index(None, "execution_id", "id"),
        Index(None, "job_id", unique=True),
        Index("uq_attempts_open", "execution_id", unique=True, **_partial("finished_at IS NULL")),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    execution_id: Mapped[int] = mapped_column(ForeignKey("executions.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(Integer)
    job_id: Mapped[int | None] = mapped_column(ForeignKey("jobs.id", ondelete="SET NULL"))
    state: Mapped[str] = mapped_column(String(20))
    error_code: Mapped[str | None] = mapped_column(String(30))
    error: Mapped[str | None] = mapped_column(Text)
    retry_after: Mapped[float | None] = mapped_column(Float)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ScheduleEvent(Base):
    """Something that happened to a schedule, or to the clock (no owner); never changed."""

    __tablename__ = "schedule_events"
    __table_args__ = (
        Index(None, "owner_id", "id"),
        Index(None, "owner_id", "type", "id"),
        Index(None, "schedule_id", "id"),
        Index(None, "type", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    type: Mapped[str] = mapped_column(String(40))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    schedule_id: Mapped[int | None] = mapped_column(ForeignKey("schedules.id", ondelete="SET NULL"))
    execution_id: Mapped[int | None] = mapped_column(BigId)
    data: Mapped[dict[str, Any]] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DailyCounter(Base):
    """What came of executions in one day (UTC), by owner and kind; clean-up leaves it."""

    __tablename__ = "daily_counters"

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
