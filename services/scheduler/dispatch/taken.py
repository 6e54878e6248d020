"""Taking a batch of due schedules: the database locks them and puts together what is alike.

Many schedules have one cadence, and one step of them is computed. To read a row of each would take
most of the time of a dispatch: so a row here stands for all that are alike.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, case, exists, func, select
from sqlalchemy.orm import Session

from app.db.base import Base
from app.db.types import json_rows
from app.models.schedule import IS_OPEN, Schedule, ScheduleExecution
from services.scheduler.breaker.circuit import CircuitState

SCHEDULES = Base.metadata.tables[Schedule.__tablename__]
# what decides the step of a schedule whose circuit is closed, besides what is open or off
DECIDES = (
    "state", "cron", "interval_s", "run_at", "timezone", "starts_at", "ends_at", "exclude",
    "jitter_s", "catch_up", "catch_up_most", "next_run_at",
)  # fmt: skip
COUNTED = ("owner_id", "kind", "visibility", "due_at")
# of one that is alone these are its own, of several the least of each, which decides nothing
OWN = (
    "id", "created_at", "epoch", "failures", "cool_off_level", "cool_off_until", "fallback",
    "paused_state", "paused_cool_off_until", "error_code",
)  # fmt: skip
_STEP = attrgetter(*(name for name in DECIDES if name != "exclude"), "is_busy", "alone")
MEMBER = ("id", "version", "name")
DueSchedules = Any  # a row of these, is_busy, alone (its id or 0) and members: MEMBER of each


def take(session: Session, at: datetime, most: int) -> Sequence[DueSchedules]:
    """Lock up to ``most`` due schedules; what becomes of each has to move its ``due_at``."""
    return session.connection().execute(_alike(_due(at, most))).all()


def step_of(row: DueSchedules) -> tuple[Any, ...]:
    """Return what is the same of schedules whose next step is the same, unless a kind is off."""
    return (*_STEP(row), *row.exclude)


def ids_of(rows: Iterable[DueSchedules]) -> list[int]:
    """Return the ids of all schedules that rows stand for."""
    return [member[0] for row in rows for member in row.members]


def _due(at: datetime, most: int) -> CTE:
    columns = (SCHEDULES.c[name] for name in (*DECIDES, *COUNTED, *OWN, *MEMBER[1:]))
    due = select(*columns).where(SCHEDULES.c.due_at <= at)
    first = due.order_by(SCHEDULES.c.due_at, SCHEDULES.c.id).limit(most)
    return first.with_for_update(skip_locked=True).cte("due")


def _alike(due: CTE) -> Select[Any]:
    """Return the statement that groups due schedules.

    One whose circuit is not closed, whose starts are spread or whose interval counts from its own
    beginning is alone.
    """
    of_its_own = (
        (due.c.state != CircuitState.ACTIVE.value)
        | (due.c.jitter_s > 0)
        | due.c.interval_s.is_not(None)
    )
    alone = case((of_its_own, due.c.id), else_=0)
    marked = select(due, _has_open(due.c.id).label("is_busy"), alone.label("alone")).subquery()
    key = [marked.c[name] for name in (*DECIDES, *COUNTED, "is_busy", "alone")]
    own = [func.min(marked.c[name]).label(name) for name in OWN]
    members = json_rows(*(marked.c[name] for name in MEMBER)).label("members")
    return select(*key, *own, members).group_by(*key)


def _has_open(schedule_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Return whether it has an open execution; a backfill that waits lets the cadence pass."""
    waits = (ScheduleExecution.source == "backfill") & (ScheduleExecution.attempt == 0)
    return exists().where(ScheduleExecution.schedule_id == schedule_id, IS_OPEN, ~waits)
