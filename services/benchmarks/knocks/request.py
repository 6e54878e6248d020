"""Requesting a knock, and looking what it came to; who waits in between is the caller's matter."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.db.engine import Database
from app.db.uow import NewJob, UnitOfWork
from app.jobs import states
from app.jobs.engine import newest_job
from app.jobs.queues import IO
from app.models.benchmark import BenchmarkModel
from app.models.job import Job
from services.benchmarks.knocks.errors import refusal_of
from services.benchmarks.knocks.job_sync import JOB_KIND, knock_of
from services.benchmarks.simulated import SIMULATED_URL

Check = Callable[[Session], BenchmarkModel | None]


def request_knock(database: Database, actor: Actor, check: Check) -> int | None:
    """Let a worker knock at the server of the model that ``check`` returns; return the job's id.

    ``check`` raises what the start itself would refuse, so that nothing is sent for what cannot
    begin. None where there is no server.
    """
    with database.read() as session:
        model = check(session)
    if model is None or model.base_url == SIMULATED_URL:
        return None
    with database.write() as unit:
        job = _waiting(unit.session, model) or _enqueued(unit, actor, model)
    return job.id


def require_open(database: Database, job_id: int) -> bool:
    """Return whether the knock is over; raises what the server refuses."""
    with database.read() as session:
        job = session.get_one(Job, job_id)
    if job.state == states.FAILED and (refusal := refusal_of(job.error)) is not None:
        raise refusal
    return job.state in states.TERMINAL


def _waiting(session: Session, model: BenchmarkModel) -> Job | None:
    """Return a knock that will read the model as it is now: one that no worker has begun."""
    job = newest_job(session, knock_of(model.id))
    return job if job is not None and job.state == states.QUEUED else None


def _enqueued(unit: UnitOfWork, actor: Actor, model: BenchmarkModel) -> Job:
    subject = knock_of(model.id)
    return unit.enqueue(NewJob(kind=JOB_KIND, queue=IO, subject=subject, owner_id=actor.user_id))
