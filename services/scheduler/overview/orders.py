"""What the older API orders: a task is run now, or a visit tried again."""

from typing import Any

from app.auth.actor import Actor
from app.db.engine import Database
from app.errors import Invalid, NotFound
from app.models.schedule import Schedule, ScheduleExecution
from services.scheduler.kinds.registry import all_kinds
from services.scheduler.newest import newest_of
from services.scheduler.overview.failures import ENDED
from services.scheduler.overview.tasks import WatchedTask, watched_tasks_of
from services.scheduler.overview.words import SITE, STATUSES, types_of
from services.scheduler.schedules.lifecycle import reset_in
from services.scheduler.schedules.run_now import run_now_in
from services.scheduler.schedules.update import editable_schedule

JUDGED = 20  # executions, for how long one takes


def trigger_task(database: Database, actor: Actor, given_type: str, task_id: str) -> dict[str, Any]:
    """Make an execution that begins at the next tick; one that rests or waits is probed.

    Raises Invalid for an unknown type, NotFound where the task is of another one, ExecutionOpen
    while one is not over, Conflict for an archived schedule.
    """
    _require_type(given_type)
    with database.write() as unit:
        row = editable_schedule(unit, actor, task_id)
        (task,) = watched_tasks_of(unit.session, [row])
        if task.task_type != given_type:
            raise NotFound(f"Schedule {row.id} not found")
        seconds = _usual_seconds(newest_of(unit.session, [row.id], JUDGED, ENDED).get(row.id, []))
        created = run_now_in(unit, actor, row)
        unit.session.flush()
        return _triggered(task, created) | {"estimated_duration_seconds": seconds}


def retry_visit(
    database: Database, actor: Actor, task_id: str, *, reset_failure_count: bool
) -> dict[str, Any]:
    """Visit a page again at the next tick; with a reset its schedule is active again at once.

    Raises NotFound where the task is no visit, ExecutionOpen, Conflict for an archived schedule.
    """
    with database.write() as unit:
        row = editable_schedule(unit, actor, task_id)
        if row.kind != SITE:
            raise NotFound(f"Schedule {row.id} not found")
        if reset_failure_count:
            reset_in(unit, actor, row)
        created = run_now_in(unit, actor, row)
        return _retried(row, created) | {"failure_count_reset": reset_failure_count}


def _require_type(given: str) -> None:
    known = types_of(all_kinds())
    if given not in known:
        detail = f"task_type is {given[:40]!r}: give one of {', '.join(known)}."
        raise Invalid(detail, errors={"task_type": [detail]})


def _usual_seconds(ends: list[ScheduleExecution]) -> float | None:
    """Return the mean time that the last executions took, None where none has ended."""
    times = [
        (row.finished_at - row.started_at).total_seconds()
        for row in ends
        if row.started_at is not None and row.finished_at is not None
    ]
    return round(sum(times) / len(times), 1) if times else None


def _triggered(task: WatchedTask, created: ScheduleExecution) -> dict[str, Any]:
    row = task.row
    return _begun(created) | {
        "message": f"{row.name} begins within seconds.",
        "task": {"id": row.id, "status": STATUSES[row.state], "last_check": task.ends.any},
    }


def _retried(row: Schedule, created: ScheduleExecution) -> dict[str, Any]:
    return _begun(created) | {
        "message": f"{row.name} is tried again within seconds.",
        "retry_scheduled_at": created.begin_at,
        "task": {
            "id": row.id,
            "website_url": row.params.get("url"),
            "status": STATUSES[row.state],
            "next_check": created.begin_at,
        },
    }


def _begun(created: ScheduleExecution) -> dict[str, Any]:
    return {
        "success": True,
        "task_id": created.schedule_id,
        "execution_id": created.id,
        "run_id": created.id,
        "status_url": f"/api/scheduler/runs/{created.id}",
    }
