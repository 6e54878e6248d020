"""Ends of attempts that their job did not bring: a run that was deleted took its job with it."""

from sqlalchemy import or_, select

from app.clock import now
from app.db.engine import Database
from app.db.uow import UnitOfWork
from app.jobs import states
from app.models.job import Job
from app.models.schedule import ExecutionAttempt
from services.scheduler.dispatch.ends import AttemptEnd, end_attempt
from services.scheduler.dispatch.follow import leave_job


def reconcile_attempts(database: Database) -> int:
    """End every open attempt whose job is over or gone; return how many."""
    query = (
        select(ExecutionAttempt.id)
        .outerjoin(Job, Job.id == ExecutionAttempt.job_id)
        .where(
            ExecutionAttempt.finished_at.is_(None),
            or_(Job.id.is_(None), Job.state.in_(states.TERMINAL)),
        )
    )
    with database.read() as session:
        left = session.scalars(query.order_by(ExecutionAttempt.id)).all()
    for attempt_id in left:
        with database.write() as unit:
            _mend(unit, attempt_id)
    return len(left)


def _mend(unit: UnitOfWork, attempt_id: int) -> None:
    attempt = unit.session.get(ExecutionAttempt, attempt_id, with_for_update=True)
    if attempt is None or attempt.finished_at is not None:
        return
    job = None if attempt.job_id is None else unit.session.get(Job, attempt.job_id)
    if job is None:
        gone = AttemptEnd(
            state=states.CANCELLED, at=now(), error="What the attempt was about was deleted."
        )
        end_attempt(unit, attempt, gone)
    elif job.state in states.TERMINAL:
        leave_job(unit, attempt, job)
