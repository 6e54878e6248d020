"""Executions of schedules that wait without a job: each becomes one when its way is clear.

What is in the way is another execution with the same key, or the one that its schedule depends on.
"""

from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.jobs import states
from app.models.schedule import IS_OPEN, Schedule, ScheduleExecution
from app.models.user import User
from services.jobs.access import own_rows
from services.jobs.types import JobOwner, JobQuery, WaitingExecution

MAX_WAITING = 50  # that a list shows, the newest first


def waiting_executions(
    session: Session, actor: Actor, query: JobQuery
) -> Sequence[WaitingExecution]:
    """Return the actor's executions that wait without a job and that a query of jobs selects."""
    if not _may_match(query):
        return ()
    execution = ScheduleExecution
    rows = session.execute(
        select(execution, Schedule.name, User.name)
        .join(Schedule, Schedule.id == execution.schedule_id)
        .join(User, User.id == execution.owner_id)
        .where(IS_OPEN, execution.waits_for.is_not(None), *_conditions(actor, query))
        .order_by(execution.id.desc())
        .limit(MAX_WAITING)
    ).tuples()
    return [_waiting(*row) for row in rows]


def _may_match(query: JobQuery) -> bool:
    """Return whether a query can select what has no job: no number, queue, worker or error."""
    of_jobs = (query.ids, query.queue, query.error_code, query.subject, query.worker)
    return not any(of_jobs) and (not query.state or states.QUEUED in query.state)


def _conditions(actor: Actor, query: JobQuery) -> Iterator[ColumnElement[bool]]:
    execution = ScheduleExecution
    yield own_rows(actor, execution.owner_id)
    if query.kind:
        yield execution.kind.in_(query.kind)
    if query.source:
        yield execution.source.in_(query.source)
    if query.owner_id is not None:
        yield execution.owner_id == query.owner_id
    if query.schedule_id is not None:
        yield execution.schedule_id == query.schedule_id
    if query.since is not None:
        yield execution.created_at >= query.since
    if query.until is not None:
        yield execution.created_at < query.until
    if query.q:
        yield func.lower(Schedule.name).contains(query.q.strip().lower(), autoescape=True)


def _waiting(row: ScheduleExecution, schedule_name: str, owner: str) -> WaitingExecution:
    return WaitingExecution(
        row=row, schedule_name=schedule_name, owner=JobOwner(id=row.owner_id, name=owner)
    )
