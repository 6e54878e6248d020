"""Signs of life of an external program: each one renews the lease of its run.

A heartbeat is one, and so is everything else that the program sends: points, lines, files. It has
to be cheap, because points come hundreds of times a second: the row is written once a second.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, bindparam, case, func, select, update

from app.auth.actor import Actor
from app.clock import now
from app.db.engine import Database
from app.db.types import database_time
from app.db.uow import UnitOfWork
from app.jobs import outside, states
from app.jobs.engine import newest_job
from app.models.job import Job
from app.models.run import Run
from services.runs.external.access import require_logged
from services.runs.job_sync import follow_job
from services.runs.topics import subject_of

JOB_KIND = "logged_run"
NOTED_EVERY = timedelta(seconds=1)
_NEWEST = (
    select(Job.id, Job.kind, Job.state, Job.heartbeat_at, Job.stop_requested_at)
    .where(Job.subject == bindparam("subject"))
    .order_by(Job.id.desc())
    .limit(1)
)  # made once: it runs with every batch of points


@dataclass(frozen=True, kw_only=True)
class HeartbeatReply:
    """What the program gets to know in return."""

    status: str
    stop_requested: bool


def beat(database: Database, actor: Actor, run_id: str) -> HeartbeatReply:
    """Renew the lease and answer whether a stop is requested."""
    with database.write() as unit:
        run = require_logged(unit.session, run_id, actor)
        stop_requested = renew_lease(unit, run)
        return HeartbeatReply(status=run.status, stop_requested=stop_requested)


def renew_lease(unit: UnitOfWork, run: Run) -> bool:
    """Renew the lease of a logged run; return whether a stop is requested.

    A lost run is running again. A run that is over, or that is not logged, is left alone.
    """
    job = unit.session.execute(_NEWEST, {"subject": subject_of(run.id)}).first()
    if job is None or job.kind != JOB_KIND:
        return False
    if job.state == states.LOST:
        _come_back(unit, run)
    elif job.state in states.HELD and _is_old(job.heartbeat_at):
        held = update(Job).where(Job.id == job.id, Job.state.in_(states.HELD))
        unit.session.execute(
            held.values(lease_until=next_lease(), heartbeat_at=now()),
            execution_options={"synchronize_session": False},
        )
    return job.stop_requested_at is not None


def _is_old(noted: object) -> bool:
    return noted is None or abs(now() - noted) >= NOTED_EVERY  # type: ignore[operator]


def next_lease() -> ColumnElement[float]:
    """Return until when the job is believed alive; null when nobody watches it."""
    for_stop = case((Job.state == states.STOPPING, outside.STOP_SECONDS))
    return database_time() + func.coalesce(Job.lease_seconds, for_stop)


def _come_back(unit: UnitOfWork, run: Run) -> None:
    job = newest_job(unit.session, subject_of(run.id), lock=True)
    if job is None or job.state != states.LOST:
        return  # somebody else was quicker
    job.state, job.attempt, job.holder = states.RUNNING, job.attempt + 1, outside.HOLDER
    job.lease_until = database_time() + Job.lease_seconds
    job.heartbeat_at, job.error = now(), None
    follow_job(unit, job)
