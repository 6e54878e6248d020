"""Listing what happened to schedules, the newest first, page by page after the last id."""

from datetime import timedelta

from sqlalchemy import ColumnElement, Select, false, or_, select, true

from app.auth.actor import Actor
from app.clock import now
from app.db.engine import Database
from app.models.schedule import Schedule, ScheduleEvent
from app.models.user import User
from services.scheduler.events.types import (
    OTHER,
    PLATFORM,
    SELF,
    EventList,
    EventQuery,
    EventView,
)

OF_SCHEDULE = ("kind", "name")  # of the data: shown beside it


def list_events(database: Database, actor: Actor, query: EventQuery) -> EventList:
    """Return a page of the events of the schedules that the actor may see, and of the clock."""
    statement = _matching(actor, query).order_by(ScheduleEvent.id.desc()).limit(query.limit + 1)
    with database.search() as session:
        rows = session.execute(statement).tuples().all()
    shown = rows[: query.limit]
    following = shown[-1][0].id if len(rows) > query.limit else None
    return EventList(items=[_view(actor, row, name) for row, name in shown], next=following)


def _matching(actor: Actor, query: EventQuery) -> Select[ScheduleEvent, str | None]:
    mine = (
        select(ScheduleEvent, User.name)
        .outerjoin(User, User.id == ScheduleEvent.user_id)
        .where(_visible(actor))
    )
    if query.type:
        mine = mine.where(ScheduleEvent.type.in_(query.type))
    if query.schedule_id is not None:
        mine = mine.where(ScheduleEvent.schedule_id == query.schedule_id)
    if query.by is not None:
        mine = mine.where(_is_by(actor, query.by))
    if query.days is not None:
        mine = mine.where(ScheduleEvent.created_at >= now() - timedelta(days=query.days))
    if query.after is not None:
        mine = mine.where(ScheduleEvent.id < query.after)
    return mine


def _visible(actor: Actor) -> ColumnElement[bool]:
    """Return the condition of what the actor may see: an event is as visible as its schedule."""
    if actor.is_admin:
        return true()
    shared = select(Schedule.id).where(Schedule.visibility == "team")
    own = false() if actor.role == "viewer" else ScheduleEvent.owner_id == actor.user_id
    return or_(own, ScheduleEvent.owner_id.is_(None), ScheduleEvent.schedule_id.in_(shared))


def _is_by(actor: Actor, by: str) -> ColumnElement[bool]:
    person = ScheduleEvent.user_id
    if by == PLATFORM:
        return person.is_(None)
    return person == actor.audit_id if by == SELF else person != actor.audit_id


def _view(actor: Actor, row: ScheduleEvent, user_name: str | None) -> EventView:
    of_clock = row.owner_id is None
    is_own = row.user_id is not None and row.user_id == actor.audit_id
    by = PLATFORM if row.user_id is None else SELF if is_own else OTHER
    return EventView(
        id=row.id,
        type=row.type,
        at=row.created_at,
        schedule_id=row.schedule_id,
        schedule_name=row.data.get("name"),
        kind=row.data.get("kind"),
        execution_id=row.execution_id,
        by=by,
        user_name=user_name if is_own or actor.is_admin else None,
        # what the clock notes is about everybody: only its kind and time are shown
        data={} if of_clock else {k: v for k, v in row.data.items() if k not in OF_SCHEDULE},
    )
