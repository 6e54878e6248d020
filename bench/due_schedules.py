"""Ten thousand schedules that are due at the same minute, dispatched by one clock.

By wall clock, and in CPU seconds of the clock, which others on the machine do not change.
"""

import os
import time
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select

from app.clock import now
from app.db.engine import Database
from app.models.schedule import Schedule, ScheduleExecution
from app.models.user import User
from bench.figures import Figure, at_most, median
from bench.lists import fresh_database
from bench.private import private_settings
from services.scheduler.dispatch.due import dispatch_due

TARGET_SECONDS = 1.0
ZONES = ("UTC", "Europe/Berlin", "America/New_York")
OWNERS = 10


def measure(schedules: int = 10_000, rounds: int = 3) -> list[Figure]:
    """Return the seconds of one dispatch, on both databases."""
    return [
        figure for kind in ("sqlite", "postgresql") for figure in _measured(kind, schedules, rounds)
    ]


def _measured(kind: str, schedules: int, rounds: int) -> list[Figure]:
    with fresh_database(kind) as more, private_settings(**more) as settings:
        database = Database(settings.database_url)
        owners = some_owners(database)
        _round(database, owners, 100)  # what is imported and planned once
        taken = [_round(database, owners, schedules) for _ in range(rounds)]
        database.close()
    wall, cpu = (median(values) for values in zip(*taken, strict=True))
    load, name = f"load {os.getloadavg()[0]:.0f}", f"{schedules:,} due schedules dispatched, {kind}"
    return [
        at_most(name, wall, TARGET_SECONDS, "s", load),
        at_most(f"{name}, CPU of the clock", cpu, TARGET_SECONDS, "s", load),
    ]


def some_owners(database: Database) -> list[int]:
    """Write the people who own schedules; return their ids."""
    people = [
        User(email=f"bench{n}@example.org", name="Bench", role="member", created_at=now())
        for n in range(OWNERS)
    ]
    with database.write() as unit:
        unit.session.add_all(people)
    return [one.id for one in people]


def _round(database: Database, owners: list[int], schedules: int) -> tuple[float, float]:
    """Return wall and CPU seconds of dispatching schedules that were just written."""
    at = now().replace(second=0, microsecond=0)
    rows = [due_row(owners[n % OWNERS], n, at) for n in range(schedules)]
    with database.write() as unit:
        unit.session.execute(insert(Schedule), rows)
        before = unit.session.scalar(select(func.count()).select_from(ScheduleExecution)) or 0
    wall, cpu = time.perf_counter(), time.process_time()
    dispatch_due(database)
    seconds = time.perf_counter() - wall, time.process_time() - cpu
    with database.read() as session:
        after = session.scalar(select(func.count()).select_from(ScheduleExecution)) or 0
    if after - before != schedules:
        raise RuntimeError(f"{after - before} executions of {schedules} schedules")
    return seconds


def due_row(owner_id: int, number: int, at: datetime) -> dict[str, Any]:
    """Return a schedule that is due at a time, in one of three zones."""
    yesterday = at - timedelta(days=1)
    return {
        "owner_id": owner_id,
        "kind": "training.run",
        "name": f"schedule {number}",
        "params": {"mode": "centralized", "dataset": "digits", "config": {}},
        "cron": f"{at.minute} * * * *",
        "timezone": ZONES[number % len(ZONES)],
        "catch_up": "one",
        "epoch": yesterday,
        "tzdata": "",
        "created_at": yesterday,
        "updated_at": yesterday,
        "next_run_at": at,
        "due_at": at,
    }
