"""``python -m workers.clock``: what has to happen by time, once, whoever else is alive.

Several clocks may run; each tick is written so that a second one finds nothing left to do.
"""

import os
import signal
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import click
import structlog
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from app.db.engine import BUSY_MILLISECONDS, Database
from app.events.retention import trim_finished_topics
from app.health import CLOCK_KEY
from app.jobs.engine import JobObserver
from app.jobs.housekeeping import forget_old_keys
from app.jobs.reconcile import call_workers, expire_leases
from app.log import configure_logging
from app.process import die_with_parent
from app.resources import Resources, open_resources
from app.settings import Settings
from app.storage import StorageUnavailable
from services.datasets.sweep import sweep_datasets
from services.jobs import OBSERVERS
from services.runs.compact import compact_series
from services.runs.sweep import sweep_orphans
from services.weights.sweep import sweep_weights
from workers.queues import QUEUES

log = structlog.get_logger(__name__)

TICK_SECONDS = 1.0


@dataclass
class Task:
    """Something to do every ``every`` seconds."""

    every: float
    run: Callable[[], object]
    due: float = 0.0


def tasks_of(resources: Resources) -> list[Task]:
    """Return everything that the clock does, and how often."""
    jobs, database = resources.jobs, resources.database
    return [
        Task(TICK_SECONDS, lambda: expire_leases(jobs)),
        Task(TICK_SECONDS, lambda: call_workers(jobs, resources.dispatcher)),
        Task(TICK_SECONDS, lambda: resources.redis.set(CLOCK_KEY, time.time(), ex=10)),
        Task(5, lambda: trim_finished_topics(database)),
        Task(10, lambda: checkpoint_wal(database)),
        Task(30, lambda: compact_series(database)),
        Task(3600, lambda: forget_old_keys(database)),
        Task(3600, lambda: resources.dispatcher.sweep(QUEUES)),
        Task(3600, lambda: sweep_orphans(database, resources.store)),
        Task(3600, lambda: sweep_weights(database, resources.store)),
        Task(
            3600, lambda: sweep_datasets(database, resources.store, resources.settings.home / "tmp")
        ),
    ]


def checkpoint_wal(database: Database) -> None:
    """Fold SQLite's log into its file: before 3.51.3 only this process may (design D18).

    It holds up every writer while it waits for readers, so it waits for none: next time is soon.
    """
    if database.is_sqlite:
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as raw:
            raw.exec_driver_sql("PRAGMA busy_timeout=50")
            raw.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            raw.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")


def tick(tasks: list[Task]) -> None:
    """Run what is due; a part that is away is tried again at the next tick."""
    for task in tasks:
        if time.monotonic() < task.due:
            continue
        task.due = time.monotonic() + task.every
        try:
            task.run()
        except (SQLAlchemyError, RedisError, StorageUnavailable) as error:
            log.warning("tick failed", reason=type(error).__name__)


@click.command()
@click.option("--parent", type=int, default=None, help="End when the process of this id ends.")
def main(parent: int | None) -> None:
    """Find the dead, call the workers, trim and sweep, until SIGTERM."""
    if parent is not None:
        die_with_parent(parent)
    settings = Settings.from_env(os.environ)
    configure_logging(settings)
    run_clock(settings, OBSERVERS)


def run_clock(settings: Settings, observers: Mapping[str, JobObserver]) -> None:
    """Tick once a second until SIGTERM."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    resources = open_resources(settings, observers, pool_size=2)
    tasks = tasks_of(resources)
    while not stop.is_set():
        tick(tasks)
        stop.wait(TICK_SECONDS)
    resources.close()


if __name__ == "__main__":
    main()
