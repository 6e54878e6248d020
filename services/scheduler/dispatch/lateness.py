"""Executions that somebody should look at: not begun in time, longer than usual, not over in time.

The clock notes each of that once per execution in the history of its schedule. It stops nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.clock import now
from app.db.engine import Database
from app.models.schedule import OPEN_STATES, Schedule, ScheduleEvent, ScheduleExecution
from services.scheduler.history import ENDS_LATE, STARTS_LATE, TAKES_LONG, note_schedule
from services.scheduler.times.deadlines import deadline_after
from services.scheduler.times.errors import InvalidTimes
from services.scheduler.topics import publish_execution

GRACE = timedelta(minutes=15)  # from its due time until a worker has to have taken it
MAX_NOTED = 500  # in one look


@dataclass(frozen=True, kw_only=True)
class Late:
    """What is to be noted of one execution; ``data`` says what it was held against."""

    execution_id: int
    type: str
    data: dict[str, Any] = field(default_factory=dict)


def note_lateness(database: Database, at: datetime | None = None) -> int:
    """Note what is late and was not noted yet; return how much that was."""
    moment = at or now()
    with database.read() as session:
        late = [*_not_begun(session, moment), *_not_over(session, moment)]
    return sum(_note(database, one, moment) for one in late[:MAX_NOTED])


def _not_begun(session: Session, at: datetime) -> Iterator[Late]:
    """Yield executions of due times that no worker has taken in the grace."""
    query = (
        select(ScheduleExecution.id)
        .where(
            ScheduleExecution.state.in_(OPEN_STATES),
            ScheduleExecution.source == "schedule",
            ScheduleExecution.started_at.is_(None),
            ScheduleExecution.created_at < at - GRACE,
            ~_noted(STARTS_LATE),
        )
        .order_by(ScheduleExecution.id)
        .limit(MAX_NOTED)
    )
    data = {"grace_s": int(GRACE.total_seconds())}
    for number in session.scalars(query):
        yield Late(execution_id=number, type=STARTS_LATE, data=data)


def _noted(kind: str) -> Any:
    """Return the condition that this was noted of the execution of the query around it."""
    return exists().where(
        ScheduleEvent.schedule_id == ScheduleExecution.schedule_id,
        ScheduleEvent.execution_id == ScheduleExecution.id,
        ScheduleEvent.type == kind,
    )


def _not_over(session: Session, at: datetime) -> Iterator[Late]:
    """Yield executions that take longer than their schedules say, or end later."""
    query = select(
        ScheduleExecution.id,
        ScheduleExecution.scheduled_for,
        ScheduleExecution.source,
        ScheduleExecution.created_at,
        ScheduleExecution.started_at,
        Schedule.longest,
        Schedule.must_end_by,
        Schedule.timezone,
        _noted(TAKES_LONG).label("long_is_noted"),
        _noted(ENDS_LATE).label("late_is_noted"),
    ).join(Schedule, Schedule.id == ScheduleExecution.schedule_id)
    limited = Schedule.longest.is_not(None) | Schedule.must_end_by.is_not(None)
    for row in session.execute(query.where(ScheduleExecution.state.in_(OPEN_STATES), limited)):
        if not row.long_is_noted and _takes_long(row, at):
            data = {"longest": row.longest}
            yield Late(execution_id=row.id, type=TAKES_LONG, data=data)
        if not row.late_is_noted and _ends_late(row, at):
            data = {"must_end_by": row.must_end_by, "timezone": row.timezone}
            yield Late(execution_id=row.id, type=ENDS_LATE, data=data)


def _takes_long(row: Any, at: datetime) -> bool:
    if row.longest is None or row.started_at is None:
        return False
    return bool(row.started_at + timedelta(seconds=row.longest) < at)


def _ends_late(row: Any, at: datetime) -> bool:
    """Return whether it should be over; of a due time that counts, else when it was ordered."""
    if row.must_end_by is None:
        return False
    begin = row.scheduled_for if row.source == "schedule" else row.created_at
    try:
        return deadline_after(begin or row.created_at, row.must_end_by, row.timezone) <= at
    except InvalidTimes:  # a zone that a later release has not: the dispatch says so
        return False


def _note(database: Database, late: Late, at: datetime) -> bool:
    """Note it unless it ended meanwhile, or another clock has noted it."""
    with database.write() as unit:
        held = select(ScheduleExecution).where(ScheduleExecution.id == late.execution_id)
        execution = unit.session.scalars(held.with_for_update()).one_or_none()
        if execution is None or execution.state not in OPEN_STATES:
            return False
        noted = select(ScheduleExecution.id).where(
            ScheduleExecution.id == execution.id, _noted(late.type)
        )
        if unit.session.scalar(noted) is not None:
            return False
        schedule = unit.session.get_one(Schedule, execution.schedule_id)
        note_schedule(unit, schedule, late.type, at, execution=execution, data=late.data)
        publish_execution(unit, execution)
        return True
