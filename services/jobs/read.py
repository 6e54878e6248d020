"""One job with all that explains it: its attempts, what happened when, parameters, last lines."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.db.engine import Database
from app.log_secrets import blank
from app.models.job import Job
from app.models.run import RunLog
from app.models.schedule import ExecutionAttempt, Schedule, ScheduleExecution
from app.topics import number_of
from services.domains import JOBS
from services.jobs.access import own_jobs, require_job
from services.jobs.rows import codes_of, rows_of, sentence_of, worker_of
from services.jobs.types import JobAttempt, JobDetail, JobLine, JobMoment, JobOrigin, JobRow
from services.jobs.waits import Workers

MAX_ATTEMPTS = 50
MAX_LINES = 30
MOMENTS = {
    "queued": "created_at",
    "started": "started_at",
    "stop_requested": "stop_requested_at",
    "finished": "finished_at",
    "acknowledged": "acknowledged_at",
}


def read_job(database: Database, actor: Actor, number: str, workers: Workers) -> JobDetail:
    """Return a job; raises as ``require_job``."""
    with database.read() as session:
        job = require_job(session, actor, number)
        (row,) = rows_of(session, [job], workers)
        return JobDetail(
            row=row,
            attempts=_attempts(session, actor, row),
            timeline=_timeline(job),
            params=_params(session, row),
            log=_lines(session, job),
        )


def _timeline(job: Job) -> list[JobMoment]:
    moments = [
        JobMoment(what=what, at=at)
        for what, name in MOMENTS.items()
        if (at := getattr(job, name)) is not None
    ]
    return sorted(moments, key=lambda one: one.at)


def _attempts(session: Session, actor: Actor, row: JobRow) -> list[JobAttempt]:
    """Return the attempts of its execution, else the jobs for the same thing, the first first."""
    if row.origin is not None:
        return _of_execution(session, row.origin)
    mine = (Job.subject == row.job.subject, Job.kind == row.job.kind, own_jobs(actor))
    query = select(Job).where(*mine).order_by(Job.id.desc()).limit(MAX_ATTEMPTS)
    jobs = list(reversed(session.scalars(query).all()))
    codes = codes_of(session, [job.id for job in jobs])
    return [
        JobAttempt(
            number=number,
            job_id=job.id,
            state=job.state,
            error_code=codes.get(job.id),
            error=sentence_of(job),
            worker=worker_of(job),
            created_at=job.created_at,
            started_at=job.started_at,
            finished_at=job.finished_at,
        )
        for number, job in enumerate(jobs, 1)
    ]


def _of_execution(session: Session, origin: JobOrigin) -> list[JobAttempt]:
    query = (
        select(ExecutionAttempt, Job)
        .outerjoin(Job, Job.id == ExecutionAttempt.job_id)
        .where(ExecutionAttempt.execution_id == origin.execution_id)
        .order_by(ExecutionAttempt.id.desc())
        .limit(MAX_ATTEMPTS)
    )
    return [
        JobAttempt(
            number=one.number,
            job_id=one.job_id,
            state=one.state,
            error_code=one.error_code,
            error=one.error,
            worker=None if job is None else worker_of(job),
            created_at=one.created_at,
            started_at=one.started_at,
            finished_at=one.finished_at,
        )
        for one, job in reversed(session.execute(query).all())
    ]


def _params(session: Session, row: JobRow) -> Mapping[str, Any] | None:
    """Return what the work was given: by its execution, its schedule, or the row it is about."""
    if row.origin is not None:
        execution = session.get_one(ScheduleExecution, row.origin.execution_id)
        schedule = session.get_one(Schedule, row.origin.schedule_id)
        return _blanked(schedule.params if execution.params is None else execution.params)
    about = JOBS[row.job.kind].subject if row.job.kind in JOBS else None
    number = None if about is None else number_of(about.kind, row.job.subject)
    if about is None or number is None:
        return None
    return _blanked(getattr(session.get(about.model, number), "config", None))


def _blanked(values: Any) -> Mapping[str, Any] | None:
    return blank(dict(values)) if isinstance(values, Mapping) else None


def _lines(session: Session, job: Job) -> Sequence[JobLine]:
    """Return the last lines of the log of the run that a job is about, the oldest first."""
    run_id = number_of("run", job.subject)
    if run_id is None:
        return []
    query = select(RunLog).where(RunLog.run_id == run_id).order_by(RunLog.id.desc())
    rows = session.scalars(query.limit(MAX_LINES)).all()
    return [JobLine(at=one.at, level=one.level, message=one.message) for one in reversed(rows)]
