"""The requests for the routes of the scheduler, and the rows that they are about."""

from typing import Any

from app.clock import now
from app.models.schedule import Schedule, ScheduleExecution
from app.resources import Resources
from tests.factories.overview import make_schedule
from tests.support.asks import Ask, DomainAsks


def a_schedule(resources: Resources, owner_id: int, visibility: str) -> dict[str, Any]:
    """Write an active schedule; ``id`` is its number."""
    at = now()
    row = Schedule(
        kind="training.run", name="matrix", owner_id=owner_id, visibility=visibility,
        params={"mode": "centralized", "dataset": "digits", "config": {}}, cron="0 2 * * *",
        epoch=at, created_at=at, updated_at=at, tzdata="", version=1,
    )  # fmt: skip
    with resources.database.write() as unit:
        unit.session.add(row)
    return {"id": row.id}


def an_execution(resources: Resources, owner_id: int, visibility: str) -> dict[str, Any]:
    """Write an execution that failed; ``id`` is its number."""
    schedule_id = a_schedule(resources, owner_id, visibility)["id"]
    at = now()
    row = ScheduleExecution(
        schedule_id=schedule_id, owner_id=owner_id, visibility=visibility, kind="training.run",
        source="manual", state="failed", attempt=1, created_at=at, started_at=at, finished_at=at,
        error_code="network", error="It failed.",
    )  # fmt: skip
    with resources.database.write() as unit:
        unit.session.add(row)
    return {"id": row.id}


def a_task(resources: Resources, owner_id: int, visibility: str) -> dict[str, Any]:
    """Write an active schedule; ``task_id`` is its number."""
    number = a_schedule(resources, owner_id, visibility)["id"]
    return {"task_type": "training.run", "task_id": number}


def a_visit(resources: Resources, owner_id: int, visibility: str) -> dict[str, Any]:
    """Write a schedule that visits a page; ``task_id`` is its number."""
    return {"task_id": make_schedule(resources, owner_id, visibility=visibility)}


def nobody(_resources: Resources, _owner_id: int, _visibility: str) -> dict[str, Any]:
    """Name a person that there is not: for others than that person and admins it is the same."""
    return {"user_id": 999_999}


BASE = "/api/scheduler"
NEW = {
    "kind": "training.run",
    "name": "matrix",
    "params": {"dataset": "digits"},
    "cron": "0 2 * * *",
}
OF_A_PERSON = (
    "platform-insights/logs",
    "website-analysis/logs",
    "platform-insights/status",
    "website-analysis/status",
    "onboarding-tasks",
    "platform-monitoring/summary",
    "platform-monitoring/health",
    "tasks-needing-intervention",
    "task-intervention/summary",
)
BACKFILL = {"from": "2026-01-01T00:00:00Z", "to": "2026-01-03T00:00:00Z"}
AN_HOUR = "?from=2026-01-01T00:00:00Z&to=2026-01-01T01:00:00Z"
DOMAIN_ASKS = DomainAsks(
    asks={
        f"POST {BASE}/schedules": Ask(201, json=NEW),
        f"POST {BASE}/schedules/file": Ask(json={"file": "schedules: []"}),
        f"POST {BASE}/schedules/preview": Ask(json={"cron": "0 2 * * *"}),
        f"PATCH {BASE}/schedules/{{id}}": Ask(json={"name": "new name"}),
        f"DELETE {BASE}/schedules/{{id}}": Ask(204),
        f"POST {BASE}/schedules/{{id}}/pause": Ask(json={}),
        f"POST {BASE}/schedules/{{id}}/resume": Ask(409),  # it is not paused
        f"POST {BASE}/schedules/{{id}}/reset": Ask(),
        f"POST {BASE}/schedules/{{id}}/run-now": Ask(202),
        f"POST {BASE}/schedules/{{id}}/backfill": Ask(json=BACKFILL),
        f"GET {BASE}/schedules/due": Ask(query=AN_HOUR),
        f"POST {BASE}/schedules/bulk": Ask(json={"action": "pause", "ids": [999_999]}),
        f"POST {BASE}/runs/bulk": Ask(json={"action": "cancel", "ids": [999_999]}),
        f"POST {BASE}/runs/{{id}}/cancel": Ask(409),  # it is over
        f"POST {BASE}/runs/{{id}}/retry": Ask(202, json={}),
        f"GET {BASE}/health": Ask(503),  # no worker runs in this test
        f"POST {BASE}/dashboard/cumulative-stats/reconcile": Ask(json={}),
        f"POST {BASE}/cleanup-event-logs": Ask(json={}),
        f"POST {BASE}/tasks/{{task_type}}/{{task_id}}/manual-trigger": Ask(202, about=a_task),
        f"POST {BASE}/website-analysis/retry/{{task_id}}": Ask(202, json={}, about=a_visit),
    }
    | {f"GET {BASE}/{name}/{{user_id}}": Ask(404, about=nobody) for name in OF_A_PERSON},
    made={
        f"{BASE}/schedules/{{id}}": a_schedule,
        f"{BASE}/runs/{{id}}": an_execution,
    },
)
