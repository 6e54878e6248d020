"""Schedules and their attempts, for tests: time is given, and jobs end as they are told."""

import sys
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from app.clock import now
from app.db.engine import Database
from app.jobs import states
from app.models.job import Job
from app.models.schedule import ExecutionAttempt, Schedule, ScheduleExecution
from app.resources import Resources
from services.scheduler.codes.job_errors import FIELD
from services.scheduler.dispatch.tick import tick
from services.scheduler.times.zones import tzdata_version
from tests.factories.datasets import claimed

URL = "/api/scheduler/schedules"
RUNS = "/api/scheduler/runs"
EACH_MINUTE = {
    "kind": "training.run",
    "name": "Training",
    "params": {"dataset": "digits", "config": {"epochs": 1}},
    "cron": "* * * * *",
    "timezone": "Europe/Berlin",
    "catch_up": "one",
}


def store_schedule(database: Database, owner_id: int, at: datetime, **values: Any) -> int:
    """Write an active schedule that comes at two in the morning in Berlin; return its number."""
    row = Schedule(
        owner_id=owner_id,
        **{"kind": "retention.sweep", "name": "Nightly", "params": {}, "cron": "0 2 * * *"}
        | {"timezone": "Europe/Berlin", "epoch": at, "tzdata": tzdata_version()}
        | {"created_at": at, "updated_at": at}
        | values,
    )
    with database.write() as unit:
        unit.session.add(row)
        unit.session.flush()
    return row.id


def make_due(resources: Resources, schedule_id: int, minutes: int = 0) -> datetime:
    """Move the next time of a schedule that comes each minute to the last one, or before it."""
    due = now().replace(second=0, microsecond=0) - timedelta(minutes=minutes)
    with resources.database.write() as unit:
        values = {"next_run_at": due, "due_at": due}
        unit.session.execute(update(Schedule).where(Schedule.id == schedule_id).values(**values))
    return due


def rest(resources: Resources) -> None:
    """Let no schedule be due again within a day: a minute may begin at any step of a test."""
    tomorrow = now() + timedelta(days=1)
    with resources.database.write() as unit:
        unit.session.execute(update(Schedule).values(next_run_at=tomorrow, due_at=tomorrow))


def later(resources: Resources, seconds: float) -> None:
    """Look as the clock does that many seconds from now."""
    tick(resources.database, now() + timedelta(seconds=seconds))


def open_job(resources: Resources, schedule_id: int) -> Job:
    """Return the job of the attempt that is open."""
    query = (
        select(Job)
        .join(ExecutionAttempt, ExecutionAttempt.job_id == Job.id)
        .join(ScheduleExecution, ScheduleExecution.id == ExecutionAttempt.execution_id)
        .where(ScheduleExecution.schedule_id == schedule_id, ExecutionAttempt.finished_at.is_(None))
    )
    with resources.database.read() as session:
        return session.scalars(query).one()


def end_job(resources: Resources, job: Job, state: str = states.SUCCEEDED, **error: Any) -> None:
    """Claim a job as a worker does, and end it."""
    attempt = claimed(resources, job.id)
    if "code" in error:
        error[FIELD] = error.pop("code")
    known = {"type": "test", "detail": "It failed.", **error} if state == states.FAILED else None
    with attempt.write() as unit:
        attempt.finish(unit, state, known)


class FakeTime:
    """What the scheduler takes for the time, in every module of it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
        self.at = at
        for name, module in list(sys.modules.items()):
            if name.startswith("services.scheduler.") and hasattr(module, "now"):
                monkeypatch.setattr(module, "now", lambda: self.at)


def do_nothing(_context: Any, _params: Any) -> dict[str, Any]:
    """Be the work of a kind."""
    return {}
