"""From a due time to the first line of its job, over a real clock and real workers.

Schedules come due at random moments of a minute, on SQLite and on PostgreSQL; what is measured
stands in the rows: when a worker had claimed the attempt, less when its schedule was due.
"""

import os
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import func, select

from app.auth.actor import Actor
from app.clock import now
from app.jobs.queues import IO
from app.models.schedule import OPEN_STATES, ExecutionAttempt, ScheduleExecution
from app.models.user import User
from app.resources import Resources, open_resources
from app.settings import Settings
from bench.figures import Figure, at_most, percentile
from bench.lists import fresh_database
from bench.private import private_settings
from harness.eventually import eventually
from services.domains import OBSERVERS
from services.scheduler.schedules.create import create_schedule
from services.scheduler.schedules.definition import ScheduleDefinition

TARGET_S = 1.5
WARM_S = 10.0  # until everything runs
WORKERS = 2


def measure(schedules: int = 80, seconds: float = 60.0) -> list[Figure]:
    """Return p50, p95 and the longest of so many schedules within so many seconds."""
    figures: list[Figure] = []
    for kind in ("sqlite", "postgresql"):
        with fresh_database(kind) as more, private_settings(**more) as settings:
            waits = _waits(settings, schedules, seconds)
        name, load = f"due → job started, {kind}", f"load {os.getloadavg()[0]:.0f}"
        figures += [
            at_most(f"{name}, p95", percentile(waits, 95), TARGET_S, "s", load),
            Figure(name=f"{name}, p50", value=percentile(waits, 50), unit="s"),
            Figure(name=f"{name}, longest", value=max(waits), unit="s"),
        ]
    return figures


def _waits(settings: Settings, schedules: int, seconds: float) -> list[float]:
    resources = open_resources(settings, OBSERVERS, pool_size=2)
    try:
        _schedule(resources, schedules, seconds)
        with _processes(settings):
            eventually(lambda: _left(resources, schedules) == 0, seconds + WARM_S + 60, every=1.0)
        return _measured(resources)
    finally:
        resources.close()


@contextmanager
def _processes(settings: Settings) -> Iterator[None]:
    """Run a clock and workers, which end with this."""
    parts = [["clock"], *([["worker", "--queue", IO]] * WORKERS)]
    launcher = [sys.executable, "-S", "-m", "app.supervisor.launch", str(os.getpid())]
    running = [
        subprocess.Popen(
            [*launcher, sys.executable, "-m", "app", *part],
            env={**os.environ, **settings.environment()},
        )
        for part in parts
    ]
    try:
        yield
    finally:
        for process in running:
            process.terminate()
            process.wait()


def _schedule(resources: Resources, schedules: int, seconds: float) -> None:
    """Store schedules of which each comes once, at a moment of its own."""
    owner = User(email="bench@example.org", name="Bench", role="admin", created_at=now())
    with resources.database.write() as unit:
        unit.session.add(owner)
    actor = Actor(user_id=owner.id, role="admin", name="Bench", via="system")
    moments = random.Random(7)
    begin = now() + timedelta(seconds=WARM_S)
    for number in range(schedules):
        at = begin + timedelta(seconds=moments.uniform(0, seconds))
        create_schedule(resources.database, actor, _definition(number, at))


def _definition(number: int, at: datetime) -> ScheduleDefinition:
    return ScheduleDefinition(
        kind="retention.sweep",
        name=f"schedule {number}",
        params={"execution_days": 180, "event_days": 90, "dry_run": True},
        run_at=at,
        timezone="UTC",
    )


def _left(resources: Resources, schedules: int) -> int:
    over = select(func.count()).where(ScheduleExecution.state.not_in(OPEN_STATES))
    with resources.database.read() as session:
        return schedules - (session.scalar(over) or 0)


def _measured(resources: Resources) -> list[float]:
    times = (
        select(ScheduleExecution.scheduled_for, ExecutionAttempt.started_at)
        .join(ExecutionAttempt, ExecutionAttempt.execution_id == ScheduleExecution.id)
        .where(ExecutionAttempt.number == 1)
    )
    with resources.database.read() as session:
        rows = session.execute(times).all()
    return [(row.started_at - row.scheduled_for).total_seconds() for row in rows]
