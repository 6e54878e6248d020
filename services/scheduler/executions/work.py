"""Which execution a job works for."""

from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.orm import Session, aliased

from app.jobs import states
from app.models.job import Job
from app.models.schedule import SKIPPED, ExecutionAttempt, ScheduleExecution
from services.scheduler.job_sync import WORK


def execution_of_job(session: Session, job_id: int) -> int | None:
    """Return the id of the execution that a job is an attempt of, None where it is none."""
    query = select(ExecutionAttempt.execution_id).where(ExecutionAttempt.job_id == job_id)
    return session.scalar(query)


def is_work(kind: str) -> bool:
    """Return whether jobs of a kind are nothing but attempts of executions."""
    return kind == WORK


def is_superseded(job: type[Job]) -> ColumnElement[bool]:
    """Return whether a job is such an attempt, and its schedule has run since or is about to."""
    own, newer = aliased(ScheduleExecution), aliased(ScheduleExecution)
    ran_since = exists().where(
        ExecutionAttempt.job_id == job.id,
        own.id == ExecutionAttempt.execution_id,
        newer.schedule_id == own.schedule_id,
        newer.id > own.id,
        newer.state != SKIPPED,
    )
    return (job.kind == WORK) & ran_since


def failed_jobs_of_schedule(job_id: int) -> Select[int | None]:
    """Select the jobs of all failed executions of the schedule that a job worked for."""
    own = select(ScheduleExecution.schedule_id).join(
        ExecutionAttempt, ExecutionAttempt.execution_id == ScheduleExecution.id
    )
    return (
        select(ExecutionAttempt.job_id)
        .join(ScheduleExecution, ScheduleExecution.id == ExecutionAttempt.execution_id)
        .where(
            ScheduleExecution.schedule_id
            == own.where(ExecutionAttempt.job_id == job_id).scalar_subquery(),
            ExecutionAttempt.state == states.FAILED,
        )
    )
