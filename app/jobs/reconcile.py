"""What ``clock`` does to jobs once a second: find the dead, call for workers again."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from app.clock import now
from app.db.doorbell import Dispatch
from app.db.types import database_time
from app.db.uow import UnitOfWork, new_dispatch
from app.jobs import outside, states
from app.jobs.dispatch import Dispatcher
from app.jobs.engine import JobEngine
from app.models.job import Job

POISON_LIMIT = 3
FIRST_DELAY_SECONDS = 2.0
MAX_DELAY_SECONDS = 30.0
CALL_AGAIN_SECONDS = 3.0
SILENT = "the worker stopped answering"
UNHEARD = "nothing was heard of the program that does the work"


def expire_leases(engine: JobEngine) -> int:
    """Mark every job whose lease has run out as lost; return how many."""
    with engine.database.write() as unit:
        expired = unit.session.scalars(
            select(Job)
            .where(Job.state.in_(states.HELD), Job.lease_until < database_time())
            .with_for_update(skip_locked=True)
        ).all()
        for job in expired:
            _lose(engine, unit, job, UNHEARD if job.queue == outside.QUEUE else SILENT)
        return len(expired)


def report_death(engine: JobEngine, job_id: int, holder: str, reason: str) -> None:
    """Mark a job as lost whose work-horse is known to be dead, if it was still the holder."""
    with engine.database.write() as unit:
        job = unit.session.scalars(
            select(Job)
            .where(Job.id == job_id, Job.holder == holder, Job.state.in_(states.HELD))
            .with_for_update()
        ).one_or_none()
        if job is not None:
            _lose(engine, unit, job, reason)


def _lose(engine: JobEngine, unit: UnitOfWork, job: Job, reason: str) -> None:
    job.deaths = 1 if job.checkpoint_attempt == job.attempt else job.deaths + 1
    job.holder = job.lease_until = job.dispatched_at = None
    job.error = {"type": "worker_died", "detail": f"Attempt {job.attempt}: {reason}."}
    if job.stop_requested_at is not None:
        job.state, job.finished_at = states.CANCELLED, now()
    elif job.deaths >= POISON_LIMIT and job.queue != outside.QUEUE:
        job.state, job.finished_at = states.FAILED, now()
        job.error = _poisoned(job, reason)
    else:
        job.state = states.LOST
        job.not_before = _database_now(unit.session) + _delay(job.deaths)
    engine.observe(unit, job)


def _poisoned(job: Job, reason: str) -> dict[str, Any]:
    return {
        "type": "poison",
        "detail": f"Given up after {job.deaths} deaths in a row without a new checkpoint; "
        f"the last time {reason}.",
    }


def _delay(deaths: int) -> float:
    return min(FIRST_DELAY_SECONDS * 2.0 ** (deaths - 1), MAX_DELAY_SECONDS)


def _database_now(session: Session) -> float:
    return session.execute(select(database_time())).scalar_one()


def call_workers(engine: JobEngine, dispatcher: Dispatcher) -> int:
    """Dispatch every job that is due and that no queue holds; return how many.

    A commit whose doorbell was lost, a Redis that was wiped and a worker that died between
    taking an id and claiming its row all end here.
    """
    with engine.database.read() as session:
        waiting = list(_uncalled(session))
    missing = [call for call in waiting if not dispatcher.is_waiting(call)]
    for call in missing:
        fresh = new_dispatch(call.queue, call.job_id)
        with engine.database.write() as unit:
            _note_dispatch(unit.session, fresh)
        dispatcher.dispatch(fresh)
    return len(missing)


def _uncalled(session: Session) -> Iterator[Dispatch]:
    old = Job.dispatched_at < database_time() - CALL_AGAIN_SECONDS
    query = select(Job.queue, Job.id, Job.dispatch_id).where(
        Job.state.in_(states.CLAIMABLE),
        Job.queue != outside.QUEUE,
        Job.not_before <= database_time(),
        or_(Job.dispatched_at.is_(None), old),
    )
    for queue, job_id, dispatch_id in session.execute(query.order_by(Job.id).limit(1000)):
        yield Dispatch(queue=queue, job_id=job_id, dispatch_id=dispatch_id or "")


def _note_dispatch(session: Session, call: Dispatch) -> None:
    session.execute(
        update(Job)
        .where(Job.id == call.job_id, Job.state.in_(states.CLAIMABLE))
        .values(dispatch_id=call.dispatch_id, dispatched_at=database_time())
    )
