"""What the clock does now and then and may take its time over: trim, compact, sweep."""

from functools import partial

from app.db.engine import BUSY_MILLISECONDS, Database
from app.events.retention import trim_finished_topics
from app.jobs.housekeeping import forget_old_keys
from app.resources import Resources
from services.datasets.sweep import sweep_datasets
from services.imports.sweep import sweep_imports
from services.runs.sweep import sweep_orphans
from services.tracking.metrics.join_blocks import compact_series, forget_old_batches
from services.weights.sweep import sweep_weights
from workers.queues import QUEUES
from workers.scheduler_loop import Task

HOUR = 3600.0


def housework_of(resources: Resources) -> list[Task]:
    """Return every task that no job waits for, and how often it is due."""
    database, store = resources.database, resources.store
    folder = resources.settings.home / "tmp"
    return [
        Task(5, partial(trim_finished_topics, database)),
        Task(10, partial(checkpoint_wal, database)),
        Task(30, partial(compact_series, database)),
        Task(HOUR, partial(forget_old_keys, database)),
        Task(HOUR, partial(forget_old_batches, database)),
        Task(HOUR, partial(resources.dispatcher.sweep, QUEUES)),
        Task(HOUR, partial(sweep_orphans, database, store)),
        Task(HOUR, partial(sweep_weights, database, store)),
        Task(HOUR, partial(sweep_imports, database, store)),
        Task(HOUR, partial(sweep_datasets, database, store, folder)),
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
