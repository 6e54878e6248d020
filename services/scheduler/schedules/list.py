"""Listing schedules with how they are doing, in a constant number of statements."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.auth.access import can_edit, require_visible, visible
from app.auth.actor import Actor
from app.db.engine import Database
from app.models.schedule import IS_OPEN, Schedule, ScheduleExecution
from services.scheduler.codes.advice import advice_for
from services.scheduler.codes.codes import ErrorCode
from services.scheduler.kinds.registry import all_kinds
from services.scheduler.newest import newest
from services.scheduler.schedules.types import (
    MAX_OUTCOMES,
    ExecutionOutcome,
    ScheduleList,
    ScheduleQuery,
    ScheduleView,
)


def list_schedules(database: Database, actor: Actor, query: ScheduleQuery) -> ScheduleList:
    """Return a page of the schedules that the actor may see; archived ones only by request."""
    with database.read() as session:
        mine = matching(actor, query)
        total = session.scalar(mine.with_only_columns(func.count())) or 0
        if query.after is not None:
            mine = mine.where(Schedule.id < query.after)
        rows = session.scalars(mine.order_by(Schedule.id.desc()).limit(query.limit + 1)).all()
        views = views_of(session, actor, rows[: query.limit])
    following = rows[query.limit - 1].id if len(rows) > query.limit else None
    return ScheduleList(items=views, total=total, next=following)


def matching(actor: Actor, query: ScheduleQuery) -> Select[Schedule]:
    """Return the statement of the actor's schedules that a query selects."""
    mine = select(Schedule).where(visible(Schedule, actor))
    if query.kind:
        mine = mine.where(Schedule.kind.in_(query.kind))
    if query.name:
        mine = mine.where(Schedule.name.icontains(query.name, autoescape=True))
    if query.state:
        return mine.where(Schedule.state.in_(query.state))
    return mine.where(Schedule.state != "archived")


def show_schedule(database: Database, actor: Actor, schedule_id: str) -> ScheduleView:
    """Return one schedule. Raises NotFound where it is not the actor's to see."""
    with database.read() as session:
        row = require_visible(session, Schedule, schedule_id, actor, what="Schedule")
        return views_of(session, actor, [row])[0]


def views_of(session: Session, actor: Actor, rows: Sequence[Schedule]) -> Sequence[ScheduleView]:
    """Return what is shown of schedules."""
    ids = [row.id for row in rows]
    outcomes, opened = _outcomes(session, ids), _opened(session, ids)
    return [
        ScheduleView(
            row=row,
            outcomes=outcomes.get(row.id, []),
            open_execution=opened.get(row.id),
            advice=advice_of(row),
            can_edit=can_edit(actor, row),
        )
        for row in rows
    ]


def advice_of(row: Schedule) -> str | None:
    """Return what a person can do about the last failure, None where there is none."""
    if row.error_code is None:
        return None
    code, kind = ErrorCode(row.error_code), all_kinds().get(row.kind)
    own = None if kind is None else kind.advice.get(code)
    return own or advice_for(code)


def _outcomes(session: Session, ids: Sequence[int]) -> Mapping[int, list[ExecutionOutcome]]:
    one = ScheduleExecution
    query = newest(
        ids, MAX_OUTCOMES, one.schedule_id, one.id, one.state, one.scheduled_for, one.finished_at
    )
    outcomes: dict[int, list[ExecutionOutcome]] = defaultdict(list)
    for schedule_id, number, state, scheduled_for, finished_at in session.execute(query):
        outcomes[schedule_id].append(
            ExecutionOutcome(
                execution_id=number,
                state=state,
                scheduled_for=scheduled_for,
                finished_at=finished_at,
            )
        )
    return outcomes


def _opened(session: Session, ids: Sequence[int]) -> Mapping[int, ScheduleExecution]:
    """Return by schedule the execution that is not over: the one that has begun, if any has."""
    query = select(ScheduleExecution).where(ScheduleExecution.schedule_id.in_(ids), IS_OPEN)
    order = (ScheduleExecution.attempt, ScheduleExecution.id.desc())
    return {one.schedule_id: one for one in session.scalars(query.order_by(*order))}
