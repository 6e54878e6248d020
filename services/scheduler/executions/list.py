"""Listing executions, the newest first, page by page after the last id."""

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.auth.access import can_edit, visible
from app.auth.actor import Actor
from app.db.engine import Database
from app.models.schedule import Schedule, ScheduleExecution
from services.scheduler.codes.advice import advice_for
from services.scheduler.codes.codes import ErrorCode
from services.scheduler.executions.types import ExecutionList, ExecutionQuery, ExecutionView
from services.scheduler.kinds.registry import all_kinds


def list_executions(database: Database, actor: Actor, query: ExecutionQuery) -> ExecutionList:
    """Return a page of the executions that the actor may see."""
    with database.search() as session:
        statement = _matching(actor, query).order_by(ScheduleExecution.id.desc())
        rows = session.scalars(statement.limit(query.limit + 1)).all()
        views = execution_views(session, actor, rows[: query.limit])
    following = rows[query.limit - 1].id if len(rows) > query.limit else None
    return ExecutionList(items=views, next=following)


def _matching(actor: Actor, query: ExecutionQuery) -> Select[ScheduleExecution]:
    mine = select(ScheduleExecution).where(visible(ScheduleExecution, actor))
    for name in ("kind", "state", "source", "error_code"):
        if values := getattr(query, name):
            mine = mine.where(getattr(ScheduleExecution, name).in_(values))
    if query.schedule_id is not None:
        mine = mine.where(ScheduleExecution.schedule_id == query.schedule_id)
    if query.since is not None:
        mine = mine.where(ScheduleExecution.created_at >= query.since)
    if query.until is not None:
        mine = mine.where(ScheduleExecution.created_at < query.until)
    if query.after is not None:
        mine = mine.where(ScheduleExecution.id < query.after)
    return mine


def execution_views(
    session: Session, actor: Actor, rows: Sequence[ScheduleExecution]
) -> Sequence[ExecutionView]:
    """Return what is shown of executions."""
    ids = {row.schedule_id for row in rows}
    named = select(Schedule.id, Schedule.name).where(Schedule.id.in_(ids))
    names = dict(session.execute(named).tuples().all())
    return [
        ExecutionView(
            row=row,
            schedule_name=names[row.schedule_id],
            advice=_advice(row),
            can_edit=can_edit(actor, row),
        )
        for row in rows
    ]


def _advice(row: ScheduleExecution) -> str | None:
    if row.error_code is None:
        return None
    code, kind = ErrorCode(row.error_code), all_kinds().get(row.kind)
    own = None if kind is None else kind.advice.get(code)
    return own or advice_for(code)
