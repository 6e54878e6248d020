"""Cancelling executions: at once where nobody works on it, else as its job stops."""

from datetime import datetime

from app.auth.access import require_editable
from app.auth.actor import Actor
from app.auth.audit import record
from app.clock import now
from app.db.uow import UnitOfWork
from app.errors import Conflict
from app.jobs import states
from app.jobs.engine import JobEngine
from app.models.job import Job
from app.models.schedule import OPEN_STATES, ScheduleExecution
from services.scheduler.dispatch.ends import AttemptEnd, move
from services.scheduler.repository import locked_execution, locked_schedule, open_attempt
from services.scheduler.topics import execution_subject

CANCELLED_BY_HAND = "cancelled"


def cancel_execution(engine: JobEngine, actor: Actor, execution_id: str) -> ScheduleExecution:
    """Cancel an execution that is not over. Raises Conflict where it is."""
    with engine.database.write() as unit:
        row = require_editable(
            unit.session, ScheduleExecution, execution_id, actor, what="Execution"
        )
        stop_execution(engine, unit, row)
        record(unit, actor, "execution_cancelled", execution_subject(row.id))
        return row


def stop_execution(engine: JobEngine, unit: UnitOfWork, row: ScheduleExecution) -> None:
    """Cancel an execution in the caller's transaction; its job is locked first, as its worker does.

    Raises Conflict where it is over.
    """
    if row.state not in OPEN_STATES:
        raise Conflict(f"Execution {row.id} is {row.state}: there is nothing to cancel.")
    attempt = open_attempt(unit.session, row.id)
    job = None if attempt is None else unit.session.get(Job, attempt.job_id or 0)
    if job is not None and job.state not in states.TERMINAL:
        row.stop_reason = row.stop_reason or CANCELLED_BY_HAND  # no step follows this job
        if job.state != states.STOPPING:
            engine.request_stop(unit, job.subject)
        return
    _end(unit, row.id, now())


def _end(unit: UnitOfWork, execution_id: int, at: datetime) -> None:
    """End an execution that no job works on."""
    schedule_id = unit.session.get_one(ScheduleExecution, execution_id).schedule_id
    schedule = locked_schedule(unit.session, schedule_id)
    execution = locked_execution(unit.session, execution_id)
    if execution.state in OPEN_STATES:
        execution.waits_for = None
        move(unit, schedule, execution, AttemptEnd(state=states.CANCELLED, at=at))
