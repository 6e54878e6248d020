"""Executions as the older API's logs, the newest first, page by page."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.db.engine import Database
from app.db.pages import Page, read_page
from app.jobs.states import FAILED
from app.models.schedule import HAS_FAILED, Schedule, ScheduleEvent, ScheduleExecution
from services.scheduler.overview.people import require_owner
from services.scheduler.overview.tasks import ScheduleTask, tasks_of
from services.scheduler.overview.words import (
    LOG_STATUSES,
    RECENT_EVENTS,
    REFRESH,
    SITE,
    frequency,
    states_of,
)
from services.scheduler.totals.hours import EXECUTIONS, number_of

RECENT = 5
OF_TASK = [
    getattr(Schedule, name)
    for name in ("id", "owner_id", "kind", "name", "params", "cron", "interval_s")
]


def execution_logs(database: Database, actor: Actor, query: Mapping[str, Any]) -> dict[str, Any]:
    """Return the actor's own executions; ``query`` has limit, offset and perhaps a status."""
    owner_id, mine = actor.user_id, _own(actor.user_id)
    if query.get("status"):
        mine = mine.where(_has_status(query["status"]))
    with database.snapshot() as session:
        total = None if query.get("status") else number_of(session, EXECUTIONS, owner_id)
        page, tasks = _page(session, mine, query, total)
        logs = [log_view(row) | {"task": _task_block(tasks[row.schedule_id])} for row in page.items]
    return _paged(page, logs) | {"is_scheduler_logs": False}


def insight_logs(
    database: Database, actor: Actor, user_id: str, query: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the executions of a person's refreshes. Raises NotFound, Invalid."""
    owner_id = require_owner(database, actor, user_id)
    with database.snapshot() as session:
        total = _number_of_task(session, owner_id, REFRESH, query)
        page, tasks = _page(session, _of_task(owner_id, REFRESH, query), query, total)
        logs = [
            log_view(row)
            | {
                "platform": tasks[row.schedule_id].platform,
                # a refresh that succeeded has been at the service: nothing is served from a cache
                "data_source": "api" if LOG_STATUSES[row.state] == "success" else None,
            }
            for row in page.items
        ]
    return {"success": True, "user_id": user_id} | _paged(page, logs)


def website_logs(
    database: Database, actor: Actor, user_id: str, query: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the executions of a person's visits. Raises NotFound, Invalid."""
    owner_id = require_owner(database, actor, user_id)
    with database.snapshot() as session:
        total = _number_of_task(session, owner_id, SITE, query)
        page, tasks = _page(session, _of_task(owner_id, SITE, query), query, total)
        logs = [
            log_view(row) | {"website_url": task.website_url, "task_type": task.site_kind}
            for row in page.items
            for task in [tasks[row.schedule_id]]
        ]
    return {"success": True, "user_id": user_id} | _paged(page, logs)


def recent_logs(database: Database, actor: Actor) -> dict[str, Any]:
    """Return the newest events of the actor's own executions, shaped like logs."""
    query = (
        select(ScheduleEvent, ScheduleExecution)
        .outerjoin(ScheduleExecution, ScheduleExecution.id == ScheduleEvent.execution_id)
        .where(ScheduleEvent.owner_id == actor.user_id, ScheduleEvent.type.in_(RECENT_EVENTS))
        .order_by(ScheduleEvent.id.desc())
        .limit(RECENT)
    )
    with database.read() as session:
        logs = [_event_log(event, execution) for event, execution in session.execute(query)]
    paging = {"total_count": len(logs), "limit": RECENT, "offset": 0, "has_more": False}
    return {"logs": logs, **paging, "is_scheduler_logs": True}


def log_view(row: ScheduleExecution) -> dict[str, Any]:
    """Return an execution as a log."""
    return {
        "id": row.id,
        "task_id": row.schedule_id,
        "user_id": str(row.owner_id),
        "execution_date": row.started_at or row.created_at,
        "status": LOG_STATUSES[row.state],
        "error_message": row.error,
        "execution_time_ms": milliseconds(row),
        "result_data": row.result,
        "created_at": row.created_at,
    }


def milliseconds(row: ScheduleExecution) -> int | None:
    """Return how long an execution took from its first attempt on, None where it is not over."""
    if row.started_at is None or row.finished_at is None:
        return None
    return max(0, round((row.finished_at - row.started_at).total_seconds() * 1000))


def _has_status(status: str) -> Any:
    """Return the condition of a status; what failed has an index of its own."""
    words = states_of(status)
    return HAS_FAILED if list(words) == [FAILED] else ScheduleExecution.state.in_(words)


def _own(owner_id: int) -> Select[ScheduleExecution]:
    return select(ScheduleExecution).where(ScheduleExecution.owner_id == owner_id)


def _of_task(owner_id: int, kind: str, query: Mapping[str, Any]) -> Select[ScheduleExecution]:
    """Return the statement of a person's executions of a kind, perhaps of one task."""
    rows = _own(owner_id).where(ScheduleExecution.kind == kind)
    if query.get("task_id") is not None:
        rows = rows.where(ScheduleExecution.schedule_id == query["task_id"])
    return rows


def _number_of_task(
    session: Session, owner_id: int, kind: str, query: Mapping[str, Any]
) -> int | None:
    """Return how many there are of a kind; of one task they are few, and counted as they are."""
    if query.get("task_id") is not None:
        return None
    return number_of(session, EXECUTIONS, owner_id, word=kind)


def _page(
    session: Session,
    rows: Select[ScheduleExecution],
    query: Mapping[str, Any],
    total: int | None,
) -> tuple[Page[ScheduleExecution], Mapping[int, ScheduleTask]]:
    """Return a page with the tasks that its executions are of, archived ones as well.

    What is on all pages is counted where ``total`` is None.
    """
    limit, offset, newest = query["limit"], query["offset"], ScheduleExecution.id.desc()
    page = read_page(session, rows, newest, limit=limit, offset=offset, total=total)
    ids = {row.schedule_id for row in page.items}
    schedules = session.execute(select(*OF_TASK).where(Schedule.id.in_(ids))).all()
    return page, {task.row.id: task for task in tasks_of(session, schedules)}


def _paged(page: Page[Any], logs: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "logs": logs,
        "total_count": page.total,
        "limit": page.limit,
        "offset": page.offset,
        "has_more": page.offset + page.limit < page.total,
    }


def _task_block(task: ScheduleTask) -> dict[str, Any]:
    return {
        "id": task.row.id,
        "task_title": task.row.name,
        "component_name": task.task_type,
        "metric": None,
        "frequency": frequency(task.row),
    }


def _event_log(event: ScheduleEvent, execution: ScheduleExecution | None) -> dict[str, Any]:
    ended = event.type != "job_scheduled"
    return {
        "id": f"scheduler_event_{event.id}",
        "task_id": event.schedule_id,
        "user_id": str(event.owner_id),
        "execution_date": event.created_at,
        "status": RECENT_EVENTS[event.type],
        "error_message": execution.error if execution and event.type == "job_failed" else None,
        "execution_time_ms": milliseconds(execution) if execution and ended else None,
        "result_data": event.data,
        "created_at": event.created_at,
        "task": {
            "id": event.schedule_id,
            "task_title": f"{event.type} {event.execution_id}",
            "component_name": event.data.get("kind"),
            "metric": None,
            "frequency": None,
        },
    }
