"""Time limits: an attempt that takes longer is stopped, and counts as one that timed out."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.engine import Database
from app.jobs import states
from app.jobs.engine import JobEngine
from app.models.job import Job
from app.models.schedule import ExecutionAttempt, Schedule, ScheduleExecution
from services.scheduler.dispatch.follow import TIMEOUT
from services.scheduler.kinds.registry import all_kinds
from services.scheduler.kinds.types import HOUR_S
from services.scheduler.repository import locked_execution


def stop_overdue(database: Database, at: datetime) -> int:
    """Request every attempt to stop that runs longer than it may; return how many."""
    with database.read() as session:
        overdue = _overdue(session, at)
    for attempt_id in overdue:
        _stop(database, attempt_id)
    return len(overdue)


def _overdue(session: Session, at: datetime) -> list[int]:
    """Return the ids of such attempts; how many run at once is bounded by the workers."""
    query = (
        select(ExecutionAttempt.id, ExecutionAttempt.started_at, Schedule.timeout_s, Schedule.kind)
        .join(ScheduleExecution, ScheduleExecution.id == ExecutionAttempt.execution_id)
        .join(Schedule, Schedule.id == ScheduleExecution.schedule_id)
        .where(
            ExecutionAttempt.finished_at.is_(None),
            ExecutionAttempt.started_at.is_not(None),
            ScheduleExecution.stop_reason.is_(None),
        )
        .order_by(ExecutionAttempt.id)
    )
    return [
        row.id
        for row in session.execute(query)
        if row.started_at + timedelta(seconds=row.timeout_s or _limit(row.kind)) < at
    ]


def _limit(kind: str) -> int:
    known = all_kinds().get(kind)
    return HOUR_S if known is None else known.timeout_s


def _stop(database: Database, attempt_id: int) -> None:
    from services.domains import OBSERVERS  # which lists this domain, too

    engine = JobEngine(database, OBSERVERS, lease_seconds=0.0)  # it claims nothing
    with database.write() as unit:
        attempt = unit.session.get_one(ExecutionAttempt, attempt_id)
        # the job first, as its worker does
        job = unit.session.get(Job, attempt.job_id or 0, with_for_update=True)
        if job is None or job.state in states.TERMINAL or job.state == states.STOPPING:
            return
        execution = locked_execution(unit.session, attempt.execution_id)
        execution.stop_reason = TIMEOUT
        engine.request_stop(unit, job.subject)
