"""Attempts follow their jobs, inside the transaction that changes the job.

Every change of any job comes by here. A job that is no attempt costs one look into an index.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import now
from app.db.uow import UnitOfWork
from app.jobs import states
from app.models.job import Job
from app.models.schedule import OPEN_STATES, ExecutionAttempt, ScheduleExecution
from services.scheduler.codes.codes import ErrorCode
from services.scheduler.codes.job_errors import code_in
from services.scheduler.dispatch.ends import AttemptEnd, end_attempt
from services.scheduler.dispatch.steps import goes_on, has_steps
from services.scheduler.kinds.registry import all_kinds
from services.scheduler.repository import locked_execution
from services.scheduler.topics import publish_execution

TIMEOUT = "timeout"
LOST_TYPES = ("poison", "worker_died")


def follow_attempt(unit: UnitOfWork, job: Job) -> None:
    """Bring the attempt that a job is, if it is one, in line with it."""
    attempt = _attempt_of(unit.session, job.id)
    if attempt is None:
        return
    if job.state in states.TERMINAL:
        leave_job(unit, attempt, job)
        return
    attempt.state = job.state
    attempt.started_at = attempt.started_at or job.started_at
    execution = locked_execution(unit.session, attempt.execution_id)
    if execution.state in OPEN_STATES and execution.state != job.state:
        execution.state = job.state
        execution.started_at = execution.started_at or job.started_at
        publish_execution(unit, execution)


def leave_job(unit: UnitOfWork, attempt: ExecutionAttempt, job: Job) -> None:
    """End an attempt with its job, which is over, unless its kind may have a next step."""
    if not goes_on(unit, attempt, job):
        end_attempt(unit, attempt, end_of(unit.session, job, attempt))


def _attempt_of(session: Session, job_id: int) -> ExecutionAttempt | None:
    query = select(ExecutionAttempt).where(
        ExecutionAttempt.job_id == job_id, ExecutionAttempt.finished_at.is_(None)
    )
    return session.scalars(query).one_or_none()


def end_of(session: Session, job: Job, attempt: ExecutionAttempt) -> AttemptEnd:
    """Return what the end of a job means for its attempt."""
    at = now()
    execution = session.get_one(ScheduleExecution, attempt.execution_id)
    stopped_between = has_steps(execution) and execution.stop_reason is not None
    if job.state == states.SUCCEEDED and not stopped_between:
        kind = all_kinds().get(execution.kind)
        result = execution.result if kind is None or kind.run else kind.result(session, job)
        return AttemptEnd(state=states.SUCCEEDED, at=at, result=result)
    if job.state != states.FAILED and execution.stop_reason == TIMEOUT:
        detail = "The attempt took longer than its time limit and was stopped."
        return AttemptEnd(state=states.FAILED, at=at, code=ErrorCode.TIMEOUT, error=detail)
    if job.state != states.FAILED:
        return AttemptEnd(state=states.CANCELLED, at=at)
    return _failed(job.error or {}, at)


def _failed(error: dict[str, Any], at: datetime) -> AttemptEnd:
    reset_at = error.get("reset_at")
    return AttemptEnd(
        state=states.FAILED,
        at=at,
        code=code_of_error(error),
        error=error.get("detail"),
        retry_after=error.get("retry_after"),
        reset_at=None if reset_at is None else datetime.fromisoformat(reset_at),
    )


def code_of_error(error: dict[str, Any]) -> ErrorCode:
    """Return why a job failed: the code that the worker noted, else by what happened to it."""
    known = code_in(error)
    if known is not None:
        return known
    return ErrorCode.WORKER_LOST if error.get("type") in LOST_TYPES else ErrorCode.INTERNAL
