"""What the clock does now and then and may take its time over: trim, compact, sweep."""

from functools import partial

from app.db.engine import BUSY_MILLISECONDS, Database
from app.disk_history import SAMPLE_SECONDS, sample_disks
from app.domains import HOUR, Upkeep
from app.events.retention import trim_finished_topics
from app.health_parts import PROBE_SECONDS, probe_health
from app.jobs.housekeeping import forget_old_keys
from app.jobs.queues import QUEUES
from app.resources import Resources
from services.domains import ENDINGS, TASKS
from workers.scheduler_loop import Task


def periodic_tasks_of(resources: Resources) -> list[Task]:
    """Return every task that no job waits for, and how often it is due."""
    database = resources.database
    return [
        Task(5, partial(trim_finished_topics, database)),
        Task(10, partial(checkpoint_wal, database)),
        Task(SAMPLE_SECONDS, partial(sample_disks, database, resources.settings)),
        Task(PROBE_SECONDS, partial(probe_health, resources)),
        Task(HOUR, partial(forget_old_keys, database)),
        Task(HOUR, partial(resources.dispatcher.sweep, QUEUES)),
        *_declared(resources, punctual=False),
    ]


def punctual_tasks_of(resources: Resources) -> list[Task]:
    """Return the short tasks that people wait for."""
    return _declared(resources, punctual=True)


def endings_of(resources: Resources) -> list[Task]:
    """Return what a clock that is stopped does last."""
    return [Task(0, partial(run, _upkeep(resources))) for run in ENDINGS]


def _upkeep(resources: Resources) -> Upkeep:
    settings = resources.settings
    return Upkeep(
        database=resources.database,
        store=resources.store,
        folder=settings.home / "tmp",
        minutes=resources.minutes,
        settings=settings,
    )


def _declared(resources: Resources, *, punctual: bool) -> list[Task]:
    upkeep = _upkeep(resources)
    return [
        Task(task.seconds, partial(task.run, upkeep), next_at=partial(task.next_at, upkeep))
        for task in TASKS
        if task.punctual is punctual
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
