"""The history of schedules: rows that are written in the transaction of what they say."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.auth.actor import Actor
from app.db.uow import UnitOfWork
from app.models.schedule import Schedule, ScheduleEvent, ScheduleExecution

STARTS_LATE, TAKES_LONG, ENDS_LATE = "job_starts_late", "job_takes_long", "job_ends_late"
LATENESS = (STARTS_LATE, TAKES_LONG, ENDS_LATE)
SCHEDULE_EVENTS = (
    "schedule_created",
    "schedule_changed",
    "schedule_paused",
    "schedule_resumed",
    "schedule_reset",
    "schedule_archived",
    "backfill",
    "circuit_changed",
    "job_scheduled",
    "job_retrying",
    "job_completed",
    "job_failed",
    "job_skipped",
    "job_cancelled",
    *LATENESS,
)
CHECK_CYCLE, INTERVAL_ADJUSTMENT, START, STOP = (
    "check_cycle", "interval_adjustment", "start", "stop",
)  # fmt: skip
CLOCK_EVENTS = (CHECK_CYCLE, INTERVAL_ADJUSTMENT, START, STOP)


def note_schedule(
    unit: UnitOfWork,
    row: Schedule,
    kind: str,
    at: datetime,
    *,
    actor: Actor | None = None,
    execution: ScheduleExecution | None = None,
    data: Mapping[str, Any] | None = None,
) -> None:
    """Write down what happened to a schedule; ``actor`` is None for the platform itself."""
    unit.session.add(
        ScheduleEvent(
            type=kind,
            owner_id=row.owner_id,
            user_id=None if actor is None else actor.audit_id,
            schedule_id=row.id,
            execution_id=None if execution is None else execution.id,
            data={"kind": row.kind, "name": row.name, **(data or {})},
            created_at=at,
        )
    )
