"""Following the ends of jobs: a failure becomes an occurrence of its incident.

It happens in the transaction that ends the job, so that none is lost and none counts twice.
"""

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from app.clock import now
from app.db.uow import UnitOfWork
from app.jobs import states
from app.models.incident import FIXED, Incident, JobFailure
from app.models.job import Job
from services.incidents.count import count_failure
from services.incidents.raised import detail_of, failure_of
from services.scheduler.causes.cause import CAUSE_VERSION, cause_of
from services.scheduler.executions.work import failed_jobs_of_schedule, is_work

RECOVERED = "All that it concerned has succeeded since."


def record_end(unit: UnitOfWork, job: Job) -> None:
    """Record that a job failed, or that what failed before has succeeded."""
    if job.state == states.FAILED:
        _record_failure(unit, job)
    elif job.state == states.SUCCEEDED:
        _recover(unit.session, job)


def _record_failure(unit: UnitOfWork, job: Job) -> None:
    failure = failure_of(job, unit.raised)
    cause = cause_of(failure)
    row = JobFailure(
        job_id=job.id,
        attempt=job.attempt,
        subject=job.subject,
        owner_id=job.owner_id,
        kind=cause.kind,
        code=cause.code.value,
        type=cause.type[:200],
        frame=None if cause.frame is None else cause.frame[:300],
        words=cause.words,
        site=cause.site,
        detail=detail_of(job),
        message=failure.text,
        cause_key=cause.key,
        cause_version=CAUSE_VERSION,
        at=job.finished_at or now(),
    )
    row.incident_id = count_failure(unit.session, row, began=job.started_at)
    unit.session.add(row)
    unit.session.flush()


def _recover(session: Session, job: Job) -> None:
    """Note that what failed has succeeded; incidents of which nothing is left are fixed.

    Work that is nothing but an attempt of a schedule has another subject each time: there its
    schedule has succeeded.
    """
    about = JobFailure.subject == job.subject
    if is_work(job.kind):
        about = JobFailure.job_id.in_(failed_jobs_of_schedule(job.id))
    open_failures = (about, JobFailure.recovered_at.is_(None))
    query = select(JobFailure.incident_id).where(*open_failures).distinct()
    incidents = sorted(session.scalars(query))
    if not incidents:
        return
    locked = select(Incident.id).where(Incident.id.in_(incidents)).order_by(Incident.id)
    session.execute(locked.with_for_update()).all()
    session.execute(
        update(JobFailure)
        .where(*open_failures)
        .values(recovered_at=now())
        .execution_options(synchronize_session=False)
    )
    _fix_recovered(session, incidents)


def _fix_recovered(session: Session, incidents: list[int]) -> None:
    left = exists().where(JobFailure.incident_id == Incident.id, JobFailure.recovered_at.is_(None))
    session.execute(
        update(Incident)
        .where(Incident.id.in_(incidents), Incident.state != FIXED, ~left)
        .values(
            state=FIXED,
            state_at=now(),
            state_by=None,
            fixed_note=RECOVERED,
            snooze_until=None,
            snooze_count=None,
            regressed_at=None,
        )
        .execution_options(synchronize_session=False)
    )
