"""Cancelling or retrying many jobs: named by id, or all that a filter selects."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.access import require_member
from app.auth.actor import Actor
from app.auth.audit import record
from app.db.uow import UnitOfWork
from app.errors import Conflict
from app.jobs import states
from app.jobs.engine import JobEngine, newest_job
from app.models.job import Job
from app.models.schedule import ScheduleExecution
from app.settings import Settings
from services.jobs.access import own_jobs, require_job
from services.jobs.matching import conditions, newest_ids
from services.jobs.retry import is_retryable, refused_retry
from services.jobs.rows import origins_of
from services.jobs.types import JobQuery
from services.scheduler.bulk import MAX_IDS, BulkAnswer, in_portions, leave_alone
from services.scheduler.executions.cancel import stop_execution
from services.scheduler.executions.work import execution_of_job

CANCEL, RETRY = "cancel", "retry"
MAX_RETRIES = 200  # jobs that one request retries: each is a transaction of its domain


@dataclass(frozen=True, kw_only=True)
class JobOrder:
    """What to do (cancel or retry) with those of ``ids``, else all that match ``query``."""

    action: str
    ids: Sequence[int] | None
    query: JobQuery
    dry_run: bool


def order_jobs(engine: JobEngine, settings: Settings, actor: Actor, order: JobOrder) -> BulkAnswer:
    """Cancel or retry jobs; those that cannot be, and what others own, stay as they are.

    By a filter at most 10,000 are cancelled, and 200 are retried in one request.
    """
    require_member(actor)
    with engine.database.search() as session:
        ids = _ids(session, actor, order)
    answer = BulkAnswer(action=order.action, dry_run=order.dry_run, matched=len(ids))
    if order.action == CANCEL:
        in_portions(engine, ids, _cancelling(engine, actor), answer)
    else:
        _retry(engine, settings, actor, ids, answer)
    answer.undo = None if order.dry_run else _undo(engine, answer)
    return answer


def _ids(session: Session, actor: Actor, order: JobOrder) -> Sequence[int]:
    if order.ids is not None:
        return sorted(set(order.ids))
    parts = conditions(session, actor, order.query)
    if order.action == CANCEL:
        parts.append(Job.state.not_in((states.STOPPING, *states.TERMINAL)))
    else:
        parts.append(Job.state.in_((states.FAILED, states.CANCELLED)))
    return session.scalars(newest_ids(parts, order.query, after=None, limit=MAX_IDS)).all()


def _cancelling(engine: JobEngine, actor: Actor) -> Any:
    def cancel(unit: UnitOfWork, number: int) -> None:
        job = require_job(unit.session, actor, number)
        execution_id = execution_of_job(unit.session, job.id)
        if execution_id is not None and job.state not in states.TERMINAL:
            stop_execution(engine, unit, unit.session.get_one(ScheduleExecution, execution_id))
        else:
            _stop(engine, unit, job)
        record(unit, actor, "job_cancelled", job.subject, {"job": job.id})

    return cancel


def _stop(engine: JobEngine, unit: UnitOfWork, job: Job) -> None:
    newest = newest_job(unit.session, job.subject, lock=True)
    unit.session.refresh(job)
    if job.state in states.TERMINAL or newest is None or newest.id != job.id:
        raise Conflict(f"Job {job.id} is {job.state}: there is nothing to cancel.")
    if job.state == states.STOPPING:
        raise Conflict(f"Job {job.id} is stopping already.")
    engine.request_stop(unit, job.subject)


def _retry(
    engine: JobEngine, settings: Settings, actor: Actor, ids: Sequence[int], answer: BulkAnswer
) -> None:
    for number in ids[:MAX_RETRIES]:
        with engine.database.read() as session:
            job = session.scalar(select(Job).where(Job.id == number, own_jobs(actor)))
            reason = _not_retried(session, job, number)
        if reason is None and job is not None:
            reason = refused_retry(
                engine.database,
                actor,
                settings,
                job.id,
                kind=job.kind,
                subject=job.subject,
                dry_run=answer.dry_run,
            )
        if reason is None:
            answer.changed.append(number)
        else:
            leave_alone(answer, number, reason)


def _not_retried(session: Session, job: Job | None, number: int) -> str | None:
    """Return why a job is not retried whoever its domain is, None where it may be."""
    if job is None:
        return f"Job {number} not found"
    if job.state not in (states.FAILED, states.CANCELLED):
        return f"Job {number} is {job.state}: only what ended badly is retried."
    newest = newest_job(session, job.subject)
    if newest is not None and newest.id != job.id:
        return f"Job {newest.id} for the same thing is newer."
    return None


def _undo(engine: JobEngine, answer: BulkAnswer) -> dict[str, Any] | None:
    """Return the order that takes this one back; what a schedule begins later is not in it."""
    if not answer.changed:
        return None
    with engine.database.read() as session:
        jobs = session.scalars(select(Job).where(Job.id.in_(answer.changed)).order_by(Job.id)).all()
        if answer.action == CANCEL:
            scheduled = origins_of(session, answer.changed)
            again = [job for job in jobs if is_retryable(job.kind) or job.id in scheduled]
            ids = [job.id for job in again if job.state == states.CANCELLED]
        else:
            newest = [newest_job(session, job.subject) for job in jobs]
            ids = [one.id for one in newest if one is not None and one.id not in answer.changed]
    action = RETRY if answer.action == CANCEL else CANCEL
    return {"action": action, "ids": ids, "dry_run": False} if ids else None
