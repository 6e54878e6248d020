"""The history of schedules with the fields of the older event log."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, select, union_all
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.clock import now
from app.db.engine import Database
from app.models.schedule import Schedule, ScheduleEvent
from services.scheduler.history import CHECK_CYCLE, INTERVAL_ADJUSTMENT
from services.scheduler.overview.words import task_type
from services.scheduler.totals.hours import EVENTS, number_of

ONCE, AGAIN = "one_time", "recurring"
OF_CLOCK = (
    "check_cycle_number",
    "check_interval_minutes",
    "previous_interval_minutes",
    "new_interval_minutes",
    "tasks_found",
    "tasks_executed",
    "tasks_failed",
    "tasks_by_type",
    "check_duration_seconds",
    "active_strategies_count",
    "active_executions",
)


def event_history(database: Database, actor: Actor, query: Mapping[str, Any]) -> dict[str, Any]:
    """Return the events of the actor's own schedules and of the clock, the newest first.

    ``query`` has limit and offset, and may have an event_type and days.
    """
    limit, offset = query["limit"], query["offset"]
    since = None if query.get("days") is None else now() - timedelta(days=query["days"])
    meets = [ScheduleEvent.type == query["event_type"]] if query.get("event_type") else []
    meets += [] if since is None else [ScheduleEvent.created_at >= since]
    with database.snapshot() as session:
        rows = _newest(session, actor, meets, limit=limit, offset=offset)
        total = sum(
            number_of(session, EVENTS, whose, word=query.get("event_type"), since=since)
            for whose in (actor.user_id, None)
        )
        ids = {row.schedule_id for row in rows}
        of_once = select(Schedule.id).where(Schedule.id.in_(ids), Schedule.run_at.is_not(None))
        once = set(session.scalars(of_once))
    answer = {
        "events": [_event_view(row, ONCE if row.schedule_id in once else AGAIN) for row in rows],
        "total_count": total,
        "limit": limit,
        "offset": offset,
        "has_more": offset + limit < total,
    }
    if since is not None:
        answer["date_filter"] = {
            "days": query["days"],
            "cutoff_date": since,
            "showing_events_since": since,
        }
    return answer


def _newest(
    session: Session,
    actor: Actor,
    meets: Sequence[ColumnElement[bool]],
    *,
    limit: int,
    offset: int,
) -> Sequence[ScheduleEvent]:
    """Return a page of the actor's events and the clock's: the index of each is read from its end.

    For both in one condition SQLite would sort all of them.
    """
    event = ScheduleEvent
    both = [
        select(event.id).where(whose, *meets)
        for whose in (event.owner_id == actor.user_id, event.owner_id.is_(None))
    ]
    newest = [
        select(one.order_by(event.id.desc()).limit(offset + limit).subquery().c.id) for one in both
    ]
    rows = select(event).where(event.id.in_(union_all(*newest))).order_by(event.id.desc())
    return session.scalars(rows.limit(limit).offset(offset)).all()


def _event_view(row: ScheduleEvent, job_type: str) -> dict[str, Any]:
    is_own = row.owner_id is not None
    failed = row.type == "job_failed"
    return (
        dict.fromkeys(OF_CLOCK)
        | _of_clock(row)
        | {
            "id": row.id,
            "event_type": row.type,
            "event_date": row.created_at,
            "job_id": None if row.execution_id is None else str(row.execution_id),
            "job_type": job_type if row.schedule_id is not None else None,
            "user_id": str(row.owner_id) if is_own else None,
            # what the clock notes is about everybody: only its kind and time are shown
            "event_data": row.data if is_own else {},
            "error_message": row.data.get("code") if failed else None,
            "created_at": row.created_at,
        }
    )


def _of_clock(row: ScheduleEvent) -> dict[str, Any]:
    """Return the numbers of a cycle of the clock, or of a change of its interval."""
    data = row.data
    if row.type == INTERVAL_ADJUSTMENT:
        return {
            "previous_interval_minutes": data["previous_s"] / 60,
            "new_interval_minutes": data["new_s"] / 60,
        }
    if row.type != CHECK_CYCLE:
        return {}
    by_type = {task_type(kind, None): number for kind, number in data["by_kind"].items()}
    return {
        "check_cycle_number": data["looks"],
        "check_interval_minutes": data["interval_s"] / 60,
        "tasks_found": data["found"],
        "tasks_executed": data["executed"],
        "tasks_failed": data["failed"],
        "tasks_by_type": by_type,
        "check_duration_seconds": data["seconds"],
        "active_strategies_count": data["active"],
        "active_executions": data["at_work"],
    }
