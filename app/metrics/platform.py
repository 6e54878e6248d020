"""What is looked up for Prometheus: runs, queues, leases, workers, disks, health."""

import platform
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily
from redis.exceptions import RedisError
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.db.migrate import newest_revision
from app.disk import file_systems
from app.health import CLOCK_KEY, known_workers
from app.jobs.backlog import unfinished_jobs
from app.models.run import STATUSES, Run
from app.resources import Resources
from app.system import MEGABYTE, processes_of
from app.version import VERSION


class PlatformCollector:
    """Yields the gauges of the platform; a part that is away leaves its own out."""

    def __init__(self, resources: Resources) -> None:
        self._resources = resources

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """Return nothing, so that registering does not ask the database."""
        return ()

    def collect(self) -> Iterator[GaugeMetricFamily | InfoMetricFamily]:
        """Look at everything now."""
        database = "sqlite" if self._resources.database.is_sqlite else "postgresql"
        versions = {"version": VERSION, "python": platform.python_version(), "database": database}
        versions |= {"schema": newest_revision()}
        yield InfoMetricFamily("roundhouse", "Versions.", versions)
        yield from self._database()
        yield from self._redis()
        yield from self._disks()
        yield from self._processes()

    def _database(self) -> Iterator[GaugeMetricFamily]:
        began = time.perf_counter()
        try:
            with self._resources.database.read() as session:
                runs, jobs = runs_by_state(session), unfinished_jobs(session)
        except SQLAlchemyError:
            yield _single("database_up", "Whether the database answers.", 0.0)
            return
        yield _single("database_up", "Whether the database answers.", 1.0)
        seconds = time.perf_counter() - began
        yield _single("database_probe_seconds", "Time of reading the gauges below.", seconds)
        yield _gauge("runs", "Runs by state.", ["state"], {(s,): n for s, n in runs.items()})
        yield _gauge("jobs", "Unfinished jobs.", ["queue", "state"], jobs.counts)
        ages = {(queue,): age for queue, age in jobs.oldest.items()}
        yield _gauge("queue_oldest_seconds", "Age of the oldest queued job.", ["queue"], ages)
        text = "Lease lag: how long the most overdue lease of a job has expired; 0 if none has."
        yield _single("job_lease_lag_seconds", text, jobs.lease_lag)

    def _redis(self) -> Iterator[GaugeMetricFamily]:
        workers = known_workers(self._resources)
        yield _single("redis_up", "Whether Redis answers.", float(workers is not None))
        if workers is None:
            return
        running = {(queue,): count for queue, count in workers.items()}
        yield _gauge("workers", "Workers that listen, on all hosts.", ["queue"], running)
        planned = {(q,): n for q, n in self._resources.settings.workers.items()}
        yield _gauge("workers_configured", "Workers that this host is to have.", ["queue"], planned)
        try:
            ticked = self._resources.redis.get(CLOCK_KEY)
        except RedisError:
            return
        if ticked is not None:
            age = max(0.0, time.time() - float(ticked))
            yield _single("clock_age_seconds", "Time since the clock's last tick.", age)

    def _disks(self) -> Iterator[GaugeMetricFamily]:
        systems = {one.name: one for one in file_systems(self._resources.settings)}
        free = {(name,): one.free for name, one in systems.items()}
        total = {(name,): one.total for name, one in systems.items()}
        ready = {(name,): float(one.error is None) for name, one in systems.items()}
        yield _gauge("disk_free_bytes", "Free space by what lies there.", ["contents"], free)
        yield _gauge("disk_total_bytes", "Size by what lies there.", ["contents"], total)
        yield _gauge("disk_writable", "Whether it can be written to.", ["contents"], ready)

    def _processes(self) -> Iterator[GaugeMetricFamily]:
        processes = processes_of(self._resources.settings.home)
        restarts = {(one.name,): float(one.restarts) for one in processes}
        text = "How often the supervisor of this host started a process again."
        yield _gauge("process_restarts", text, ["process"], restarts)
        memory = {(p.name,): p.memory_mb * MEGABYTE for p in processes if p.memory_mb is not None}
        text = "Resident memory of the processes of this host."
        yield _gauge("process_memory_bytes", text, ["process"], memory)


def runs_by_state(session: Session) -> dict[str, int]:
    """Return how many runs there are of each state."""
    counted = session.execute(select(Run.status, func.count().label("runs")).group_by(Run.status))
    return dict.fromkeys(STATUSES, 0) | {row.status: row.runs for row in counted}


def _single(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"roundhouse_{name}", text, value=value)


def _gauge(
    name: str, text: str, labels: list[str], values: Mapping[Any, float]
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"roundhouse_{name}", text, labels=labels)
    for key, value in values.items():
        family.add_metric(list(key), value)
    return family
