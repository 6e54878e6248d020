"""What needs a person, or rests after failures: with the reason, advice and the next probe."""

from datetime import datetime
from typing import Any

from app.auth.actor import Actor
from app.clock import now
from app.db.engine import Database
from app.models.schedule import Schedule
from services.scheduler.codes.codes import ErrorCode, legacy_reason
from services.scheduler.overview.failures import patterns_of, recent_failures
from services.scheduler.overview.people import require_owner
from services.scheduler.overview.tasks import WatchedTask, own_schedules, read_tasks, task_view
from services.scheduler.overview.words import IN_TROUBLE
from services.scheduler.schedules.list import advice_of

CRITICAL = 5  # failures in a row
AN_HOUR_S = 3600


def list_interventions(database: Database, actor: Actor, user_id: str) -> dict[str, Any]:
    """Return the tasks of a person that are in trouble. Raises NotFound, Invalid."""
    tasks, recent = _in_trouble(database, require_owner(database, actor, user_id))
    items = [_item(one, recent.get(one.row.id, 0)) for one in tasks]
    return {"success": True, "user_id": user_id, "tasks": items, "count": len(items)}


def summarise_interventions(database: Database, actor: Actor, user_id: str) -> dict[str, Any]:
    """Return how much needs a person and since when. Raises NotFound, Invalid."""
    tasks, _ = _in_trouble(database, require_owner(database, actor, user_id))
    types = [one.task_type for one in tasks]
    at = now()
    return {
        "user_id": user_id,
        "total_needing_attention": len(tasks),
        "by_task_type": {name: types.count(name) for name in sorted(set(types))},
        "critical_failures": sum(one.row.failures >= CRITICAL for one in tasks),
        "oldest_failure_hours": _oldest_hours(tasks, at),
        "requires_immediate_attention": bool(tasks),
        "last_updated": at,
    }


def _in_trouble(database: Database, owner_id: int) -> tuple[list[WatchedTask], dict[int, int]]:
    with database.read() as session:
        broken = own_schedules(owner_id).where(Schedule.state.in_(IN_TROUBLE))
        tasks = read_tasks(session, broken)
        recent = recent_failures(session, [one.row.id for one in tasks], now())
        return tasks, dict(recent)


def _item(task: WatchedTask, recent: int) -> dict[str, Any]:
    row = task.row
    reason = None if row.error_code is None else legacy_reason(ErrorCode(row.error_code))
    return task_view(task) | {
        "task_type": task.task_type,
        "failure_pattern": {
            "consecutive_failures": row.failures,
            "recent_failures": recent,
            "failure_reason": reason or "unknown",
            "last_failure_time": task.ends.failure,
            "error_patterns": patterns_of(task.failures),
        },
        "error_code": row.error_code,
        "advice": advice_of(row),
        "next_probe": row.cool_off_until,
    }


def _oldest_hours(tasks: list[WatchedTask], at: datetime) -> float | None:
    """Return how long ago the oldest of the last failures was, None where nothing failed."""
    failed = [one.ends.failure for one in tasks if one.ends.failure is not None]
    if not failed:
        return None
    return round((at - min(failed)).total_seconds() / AN_HOUR_S, 1)
