"""Clean-up of a million old executions, while another process writes.

Two things are measured: how long each transaction of the clean-up holds the write lock, and how
long a small transaction of another process takes meanwhile. On SQLite that one polls for the
lock, in steps of up to 100 ms, so that its wait says more of the polling than of the clean-up.
"""

import gc
import multiprocessing
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from typing import Any

from sqlalchemy import event, insert, text

from app.clock import now
from app.db.engine import Database
from app.models.disk_sample import DiskSample
from app.models.schedule import Schedule, ScheduleExecution
from app.models.user import User
from bench.figures import Figure, at_most, percentile
from bench.lists import fresh_database
from bench.private import private_settings
from services.scheduler import upkeep

TARGET_MS = 100.0
PORTION = 20_000
SCHEDULES = 100
PAUSE_S = 0.01  # between two transactions of the other process
FORK = multiprocessing.get_context("fork")


def measure(executions: int = 1_000_000) -> list[Figure]:
    """Return how long locks were held and waited for, on both databases."""
    return [one for kind in ("sqlite", "postgresql") for one in _measured(kind, executions)]


def _measured(kind: str, executions: int) -> list[Figure]:
    with fresh_database(kind) as more, private_settings(**more) as settings:
        _fill(settings.database_url, executions)
        with _other_writer(settings.database_url) as waits:
            seconds, held = _swept(settings.database_url, executions)
        waited = waits()
    name, load = f"clean-up of {executions:,} rows, {kind}", f"load {os.getloadavg()[0]:.0f}"
    rate = f"{executions / seconds:,.0f} rows/s; {load}"
    return [
        at_most(f"{name}, longest lock", max(held), TARGET_MS, "ms", rate),
        Figure(name=f"{name}, lock p95", value=percentile(held, 95), unit="ms"),
        Figure(name=f"{name}, other writer p95", value=percentile(waited, 95), unit="ms"),
        Figure(name=f"{name}, other writer longest", value=max(waited), unit="ms"),
    ]


def _fill(url: str, executions: int) -> None:
    """Write executions of last year that are over, a portion at a time."""
    database, at = Database(url), now() - timedelta(days=400)
    owner = User(email="bench@example.org", name="Bench", role="member", created_at=at)
    with database.write() as unit:
        unit.session.add(owner)
    with database.write() as unit:
        rows = [_schedule(owner.id, number, at) for number in range(SCHEDULES)]
        unit.session.execute(insert(Schedule), rows)
    for begin in range(0, executions, PORTION):
        rows = [
            _execution(owner.id, begin + n, at) for n in range(min(PORTION, executions - begin))
        ]
        with database.write() as unit:
            unit.session.execute(insert(ScheduleExecution), rows)
    if not database.is_sqlite:
        with database.engine.connect() as connection:
            connection.execute(text("ANALYZE"))
    database.close()


def _schedule(owner_id: int, number: int, at: datetime) -> dict[str, Any]:
    return {
        "owner_id": owner_id, "kind": "training.run", "name": f"schedule {number}", "params": {},
        "cron": "0 2 * * *", "epoch": at, "tzdata": "", "created_at": at, "updated_at": at,
    }  # fmt: skip


def _execution(owner_id: int, number: int, at: datetime) -> dict[str, Any]:
    begin = at + timedelta(seconds=number)
    return {
        "schedule_id": 1 + number % SCHEDULES, "owner_id": owner_id, "kind": "training.run",
        "source": "schedule", "scheduled_for": begin, "attempt": 1, "created_at": begin,
        "state": "failed" if number % 5 == 0 else "succeeded", "started_at": begin,
        "finished_at": begin + timedelta(milliseconds=1 + number % 90_000),
    }  # fmt: skip


def _swept(url: str, executions: int) -> tuple[float, list[float]]:
    """Return the seconds of the clean-up, and the milliseconds of each of its transactions."""
    gc.freeze()  # as workers do: a look through all that is imported would count as a lock
    database = Database(url)
    held = _lock_times(database)
    began = time.perf_counter()
    gone = sum(upkeep.delete_old(database, ScheduleExecution, now() - timedelta(days=30)))
    database.close()
    if gone != executions:
        raise RuntimeError(f"{gone} of {executions} executions went")
    return time.perf_counter() - began, held


def _lock_times(database: Database) -> list[float]:
    """Return where the milliseconds from the begin to the commit of each transaction will be."""
    held: list[float] = []
    begun: dict[str, float] = {}

    @event.listens_for(database.engine, "begin")
    def begin(_connection: Any) -> None:  # after the engine's own, which takes SQLite's lock
        begun["at"] = time.perf_counter()

    @event.listens_for(database.engine, "commit")
    def commit(_connection: Any) -> None:
        held.append((time.perf_counter() - begun["at"]) * 1000)

    return held


@contextmanager
def _other_writer(url: str) -> Iterator[Any]:
    """Write from another process; yield what stops it and returns its times in milliseconds."""
    ours, theirs = FORK.Pipe()
    process = FORK.Process(target=_write, args=(url, theirs), daemon=True)
    process.start()
    waits: list[float] = []
    try:
        yield lambda: waits
    finally:
        ours.send(None)
        waits += ours.recv()
        process.join()


def _write(url: str, pipe: Connection) -> None:
    database, times, number = Database(url), [], 0
    while not pipe.poll():
        began, number = time.perf_counter(), number + 1
        with database.write() as unit:
            row = DiskSample(
                host="bench", contents=f"n{number}", at=now(), free_bytes=0, total_bytes=1
            )
            unit.session.add(row)
        times.append((time.perf_counter() - began) * 1000)
        time.sleep(PAUSE_S)
    pipe.send(times)
