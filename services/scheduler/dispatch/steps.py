"""Attempts of several jobs, one after the other: the end of one is the begin of the next."""

from datetime import datetime
from typing import Any

from app.clock import now
from app.db.uow import NewJob, UnitOfWork
from app.jobs import states
from app.models.job import Job
from app.models.schedule import OPEN_STATES, ExecutionAttempt, ScheduleExecution
from services.scheduler.dispatch.ends import AttemptEnd, end_attempt
from services.scheduler.job_sync import WORK
from services.scheduler.kinds.registry import all_kinds
from services.scheduler.kinds.types import Beginning, NextStep, ScheduleKind
from services.scheduler.repository import locked_execution
from services.scheduler.topics import execution_subject, publish_execution


def scheduled_job(unit: UnitOfWork, beginning: Beginning, queue: str) -> Job:
    """Queue a job that calls the function ``run`` of the execution's kind."""
    subject = execution_subject(beginning.execution_id)
    work = NewJob(kind=WORK, queue=queue, subject=subject, owner_id=beginning.actor.user_id)
    return unit.enqueue(work)


def has_steps(execution: ScheduleExecution) -> bool:
    """Return whether attempts of an execution may have several jobs."""
    kind = all_kinds().get(execution.kind)
    return kind is not None and kind.next_step is not None


def goes_on(unit: UnitOfWork, attempt: ExecutionAttempt, job: Job) -> bool:
    """Let the clock look for the next step after a job that succeeded; False where none may come.

    The step begins in a transaction of its own: what it raises must not undo what was done.
    """
    execution = unit.session.get_one(ScheduleExecution, attempt.execution_id)
    if job.state != states.SUCCEEDED or not has_steps(execution):
        return False
    execution = locked_execution(unit.session, execution.id)
    if execution.state not in OPEN_STATES or execution.stop_reason is not None:
        return False
    execution.begin_at = execution.begin_at or now()
    return True


def first_step(unit: UnitOfWork, kind: ScheduleKind, beginning: Beginning) -> NextStep:
    """Return the step with which an attempt begins. Raises ValueError where there is none left."""
    step = None if kind.next_step is None else kind.next_step(unit, beginning)
    if step is None:
        raise ValueError(f"{kind.name}: there is no step left, but the execution is not over")
    return step


def take_step(
    unit: UnitOfWork,
    execution: ScheduleExecution,
    attempt: ExecutionAttempt,
    step: NextStep | None,
    at: datetime,
) -> None:
    """Go on with the job of the next step, or end the attempt where no step is left."""
    execution.begin_at = None
    if step is None:
        end_attempt(
            unit, attempt, AttemptEnd(state=states.SUCCEEDED, at=at, result=execution.result)
        )
        return
    unit.session.add(step.job)
    unit.session.flush()  # the attempt names its job
    attempt.job_id, attempt.state = step.job.id, step.job.state
    execution.state, execution.subject = step.job.state, step.job.subject
    execution.result = noted(execution, step.note)
    publish_execution(unit, execution)


def noted(execution: ScheduleExecution, note: Any) -> dict[str, Any] | None:
    """Return what an execution noted so far together with a note; the newer word counts."""
    return {**(execution.result or {}), **(note or {})} or None
