"""Schedules of every kind with executions that ended, as rows."""

from datetime import timedelta
from typing import Any

from app.clock import now
from app.models.schedule import Schedule, ScheduleExecution
from app.resources import Resources

BASE = "/api/scheduler"
PAGE = {"url": "http://shop.example/", "site_kind": "user_website"}
RIVAL = {"url": "http://rival.example/", "site_kind": "competitor", "competitor_id": "rival"}


def make_schedule(resources: Resources, owner_id: int, **values: Any) -> int:
    """Write a schedule that visits a page each week; return its number."""
    at = now()
    usual = {
        "kind": "site.analyse", "name": "Visit", "params": PAGE, "interval_s": 604_800,
        "owner_id": owner_id, "epoch": at, "created_at": at, "updated_at": at, "tzdata": "",
        "next_run_at": at + timedelta(days=1),
    }  # fmt: skip
    row = Schedule(**usual | values)
    with resources.database.write() as unit:
        unit.session.add(row)
    return row.id


def make_execution(
    resources: Resources, schedule_id: int, state: str, hours: float = 0, **values: Any
) -> int:
    """Write an execution that ended so many hours ago, after two seconds; return its number."""
    ended = now() - timedelta(hours=hours)
    began = ended - timedelta(seconds=2)
    with resources.database.write() as unit:
        schedule = unit.session.get_one(Schedule, schedule_id)
        usual = {
            "schedule_id": schedule_id, "owner_id": schedule.owner_id, "kind": schedule.kind,
            "source": "manual", "state": state, "attempt": 1, "created_at": began,
            "started_at": began, "finished_at": ended,
        }  # fmt: skip
        row = ScheduleExecution(**usual | values)
        unit.session.add(row)
    return row.id
