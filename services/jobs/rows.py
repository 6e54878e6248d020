"""Jobs as rows of the list, in a constant number of statements."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.jobs import outside, states
from app.models.incident import JobFailure
from app.models.job import Job
from app.models.schedule import ExecutionAttempt, Schedule, ScheduleExecution
from app.models.user import User
from services.domains import JOBS
from services.jobs.retry import is_retryable
from services.jobs.subjects import names_of, page_of
from services.jobs.types import JobOrigin, JobOwner, JobRow, Wait
from services.jobs.waits import Workers, waits_of


def rows_of(session: Session, jobs: Sequence[Job], workers: Workers) -> list[JobRow]:
    """Return the rows of ``jobs``, in their order."""
    ids = [job.id for job in jobs]
    names = names_of(session, [(job.kind, job.subject) for job in jobs], JOBS)
    owners, origins = _owners(session, jobs), origins_of(session, ids)
    codes, waits = codes_of(session, ids), waits_of(session, jobs, workers)
    return [
        _row(
            job,
            name=names.get(job.subject),
            owner=owners.get(job.owner_id or 0),
            origin=origins.get(job.id),
            code=codes.get(job.id),
            wait=waits.get(job.id),
        )
        for job in jobs
    ]


def _row(
    job: Job,
    *,
    name: str | None,
    owner: JobOwner | None,
    origin: JobOrigin | None,
    code: str | None,
    wait: Wait | None,
) -> JobRow:
    page = page_of(JOBS.get(job.kind), job.subject) if name is not None else None
    if origin is not None:
        name = name or origin.schedule_name
        page = page or f"/schedules/{origin.schedule_id}"
    return JobRow(
        job=job,
        name=name,
        href=page,
        owner=owner,
        origin=origin,
        error_code=code,
        error=sentence_of(job),
        wait=wait,
        worker=worker_of(job),
        can_cancel=job.state not in (states.STOPPING, *states.TERMINAL),
        can_retry=job.state in (states.FAILED, states.CANCELLED)
        and (origin is not None or is_retryable(job.kind)),
    )


def worker_of(job: Job) -> str | None:
    """Return the name of the worker that has, or had, the job: its claim has a token behind it."""
    if job.holder is None or job.queue == outside.QUEUE:
        return None
    return job.holder.rpartition(":")[0] or job.holder


def sentence_of(job: Job) -> str | None:
    """Return the sentence of what ended the job, or its last attempt."""
    return None if job.error is None else str(job.error.get("detail", "")) or None


def _owners(session: Session, jobs: Iterable[Job]) -> dict[int, JobOwner]:
    ids = {job.owner_id for job in jobs if job.owner_id is not None}
    rows = session.execute(select(User.id, User.name).where(User.id.in_(ids))) if ids else ()
    return {number: JobOwner(id=number, name=name) for number, name in rows}


def origins_of(session: Session, job_ids: Sequence[int]) -> dict[int, JobOrigin]:
    """Return the executions that jobs are attempts of, by the jobs' ids."""
    attempt, execution = ExecutionAttempt, ScheduleExecution
    query = (
        select(
            attempt.job_id,
            attempt.number,
            execution.id,
            execution.source,
            Schedule.id.label("schedule_id"),
            Schedule.name,
        )
        .join(execution, execution.id == attempt.execution_id)
        .join(Schedule, Schedule.id == execution.schedule_id)
        .where(attempt.job_id.in_(job_ids))
    )
    return {
        row.job_id: JobOrigin(
            execution_id=row.id,
            schedule_id=row.schedule_id,
            schedule_name=row.name,
            source=row.source,
            number=row.number,
        )
        for row in session.execute(query)
    }


def codes_of(session: Session, job_ids: Sequence[int]) -> dict[int, str]:
    """Return the codes that jobs failed with, by their ids; an attempt knows its time limit."""
    query = select(JobFailure.job_id, JobFailure.code).where(JobFailure.job_id.in_(job_ids))
    attempts = select(ExecutionAttempt.job_id, ExecutionAttempt.error_code).where(
        ExecutionAttempt.job_id.in_(job_ids), ExecutionAttempt.error_code.is_not(None)
    )
    codes = dict(session.execute(query).tuples().all())
    return codes | {job: code for job, code in session.execute(attempts) if job and code}
