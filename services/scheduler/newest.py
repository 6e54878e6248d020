"""The newest executions of many schedules, of which any may have thousands."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, true
from sqlalchemy.orm import Session

from app.models.schedule import Schedule, ScheduleExecution


def newest_of(
    session: Session,
    schedule_ids: Sequence[int],
    number: int,
    condition: ColumnElement[bool] | None = None,
) -> Mapping[int, list[ScheduleExecution]]:
    """Return by schedule its newest executions that meet a condition, the newest first."""
    query = newest(schedule_ids, number, ScheduleExecution, condition=condition)
    rows: dict[int, list[ScheduleExecution]] = defaultdict(list)
    for row in session.scalars(query):
        rows[row.schedule_id].append(row)
    return rows


def newest(
    schedule_ids: Sequence[int],
    number: int,
    *columns: Any,
    condition: ColumnElement[bool] | None = None,
) -> Select[Any]:
    """Return the statement of columns of each schedule's newest executions, the newest first.

    Each schedule's index is read from its end until there are ``number`` of them, and no further.
    """
    meets = true() if condition is None else condition
    last = (
        select(ScheduleExecution.id)
        .where(ScheduleExecution.schedule_id == Schedule.id, meets)
        .order_by(ScheduleExecution.id.desc())
        .offset(number - 1)
        .limit(1)
        .correlate(Schedule)
        .scalar_subquery()
    )
    begins = (
        select(Schedule.id.label("schedule_id"), func.coalesce(last, 0).label("id"))
        .where(Schedule.id.in_(schedule_ids))
        .subquery()
    )
    within = (ScheduleExecution.schedule_id == begins.c.schedule_id) & (
        ScheduleExecution.id >= begins.c.id
    )
    return (
        select(*columns)
        .select_from(ScheduleExecution)
        .join(begins, within)
        .where(meets)
        .order_by(ScheduleExecution.id.desc())
    )
