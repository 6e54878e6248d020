"""What a process opens once: database, Redis, object store. The only place that wires them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from redis import Redis

from app.db.doorbell import Doorbell
from app.db.engine import Database
from app.db.statements import measure_statements
from app.jobs.dispatch import Dispatcher
from app.jobs.doorbell import RedisDoorbell
from app.jobs.engine import JobEngine, JobObserver
from app.metrics.minutes import MinuteCounts
from app.redis import connect, connect_doorbell
from app.settings import Settings
from app.storage import ObjectStore, open_store
from app.storage.probe import StorageProbe


@dataclass(frozen=True, kw_only=True)
class Resources:
    """The open parts of one process."""

    settings: Settings
    database: Database
    redis: Redis
    store: ObjectStore
    jobs: JobEngine
    dispatcher: Dispatcher
    minutes: MinuteCounts
    storage_probe: StorageProbe = field(default_factory=StorageProbe)

    def close(self) -> None:
        """Close what is open."""
        self.minutes.flush()
        self.database.close()
        self.redis.close()


def open_resources(
    settings: Settings,
    observers: Mapping[str, JobObserver],
    *,
    doorbell: Doorbell | None = None,
    pool_size: int | None = None,
    database: Database | None = None,
) -> Resources:
    """Open everything that ``settings`` names; ``observers`` follow the jobs of each kind.

    A ``database`` that is open already is taken as it is, with its doorbell.
    """
    redis = connect(settings, retries=0)  # a doorbell does not wait: pollers find the rows
    minutes = MinuteCounts(redis)
    if database is None:
        database = Database(
            settings.database_url,
            pool_size=pool_size or settings.database_pool_size,
            doorbell=doorbell or RedisDoorbell(connect_doorbell(settings)),
        )
        measure_statements(database.engine, minutes.note_statement)
    return Resources(
        settings=settings,
        database=database,
        redis=redis,
        store=open_store(settings.storage_url),
        jobs=JobEngine(database, observers, settings.lease_seconds),
        dispatcher=Dispatcher(redis),
        minutes=minutes,
    )
