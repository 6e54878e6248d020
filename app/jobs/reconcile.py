"""What ``clock`` does to jobs once a second: find the dead, call for workers again."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.clock import now
from app.db.doorbell import Dispatch
from app.db.types import database_time
from app.db.uow import UnitOfWork, new_dispatch
from app.jobs import outside, states
from app.jobs.dispatch import Dispatcher
from app.jobs.engine import JobEngine
from app.jobs.waiting import MAX_DELAY_SECONDS, after_delay, wait_for
from app.jobs.watch import LeaseWatch
from app.models.job import Job
from app.outage_kinds import outage_of

POISON_LIMIT = 3
CALL_AGAIN_SECONDS = 3.0
SILENT = "the worker stopped answering"
UNHEARD = "nothing was heard of the program that does the work"


def expire_leases(engine: JobEngine, watch: LeaseWatch | None = None) -> int:
    """Mark every job whose lease has run out as lost; return how many.

    ``watch`` knows the looks before this one: time that nobody saw pass ends no lease. Where
    nothing has run out nothing is written: a writer would wait for its turn. What ran out while
    the database refused a look says nothing about who held it: no death is counted.
    """
    watch = watch or LeaseWatch(engine.lease_seconds)
    try:
        expired = _expire(engine, watch)
    except SQLAlchemyError as error:
        watch.outage = outage_of(error)
        raise
    watch.outage = None
    return expired


def _expire(engine: JobEngine, watch: LeaseWatch) -> int:
    with engine.database.read() as session:
        went_back = watch.look(_database_now(session))
        over = Job.state.in_(states.HELD), watch.is_over()
        is_one_over = session.scalar(select(Job.id).where(*over).limit(1)) is not None
    if went_back:
        _shorten_leases(engine)
    return _lose_all(engine, over, watch.outage) if is_one_over else 0


def _lose_all(engine: JobEngine, over: Sequence[ColumnElement[bool]], outage: str | None) -> int:
    with engine.database.write() as unit:
        expired = unit.session.scalars(select(Job).where(*over).with_for_update(skip_locked=True))
        jobs = expired.all()
        for job in jobs:
            is_outside = job.queue == outside.QUEUE
            _end(engine, unit, job, UNHEARD if is_outside else SILENT, outage)
        return len(jobs)


def _end(engine: JobEngine, unit: UnitOfWork, job: Job, reason: str, outage: str | None) -> None:
    """End an attempt: by an outage of ours, which lets the job wait, or by a death."""
    if outage is None or job.queue == outside.QUEUE:
        _lose(engine, unit, job, reason)
    else:
        wait_for(unit.session, job, outage)
        engine.observe(unit, job)


def _shorten_leases(engine: JobEngine) -> None:
    """Let no lease end later than one that begins now: time went back, and the dead stay dead."""
    length = func.coalesce(Job.lease_seconds, engine.lease_seconds)
    late = Job.state.in_(states.HELD), Job.lease_until > database_time() + length
    called = Job.state.in_(states.CLAIMABLE), Job.dispatched_at > database_time()
    delayed = or_(Job.state == states.LOST, Job.waits_for.is_not(None))
    waiting = delayed, Job.not_before > database_time() + MAX_DELAY_SECONDS
    with engine.database.write() as unit:
        run = unit.session.execute
        run(update(Job).where(*late).values(lease_until=database_time() + length))
        run(update(Job).where(*called).values(dispatched_at=database_time()))
        run(update(Job).where(*waiting).values(not_before=database_time()))


def report_death(
    engine: JobEngine, job_id: int, holder: str, reason: str, outage: str | None = None
) -> None:
    """Mark a job as lost whose work-horse is known to be dead, if it was still the holder.

    A death by an ``outage`` of ours is not counted: the job waits.
    """
    with engine.database.write() as unit:
        job = unit.session.scalars(
            select(Job)
            .where(Job.id == job_id, Job.holder == holder, Job.state.in_(states.HELD))
            .with_for_update()
        ).one_or_none()
        if job is not None:
            _end(engine, unit, job, reason, outage)


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
        job.not_before = after_delay(unit.session, job.deaths)
    engine.observe(unit, job)


def _poisoned(job: Job, reason: str) -> dict[str, Any]:
    return {
        "type": "poison",
        "detail": f"Given up after {job.deaths} deaths in a row without a new checkpoint; "
        f"the last time {reason}.",
    }


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
