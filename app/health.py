"""Whether the parts of the platform are there, each in one word and one sentence."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.disk import check_disks
from app.errors import Unavailable
from app.jobs.backlog import unfinished_jobs
from app.jobs.queues import QUEUES
from app.jobs.roster import count_workers
from app.resources import Resources

CLOCK_KEY = "roundhouse:clock"  # the clock process writes the time here at every tick
CLOCK_SILENT_SECONDS = 10.0
QUEUED_LONG_SECONDS = 3600.0
STATUSES = ("ok", "degraded", "failing")


@dataclass(frozen=True, kw_only=True)
class Check:
    """One part; ``status`` is ``ok``, ``degraded`` (it works, but see to it) or ``failing``.

    ``code`` and ``params`` are what ``detail`` says, for pages that speak another language.
    """

    name: str
    status: str
    detail: str
    code: str
    params: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def is_ok(self) -> bool:
        """Return whether the part does its work."""
        return self.status != "failing"


def check_health(resources: Resources) -> list[Check]:
    """Look at every part; nothing is raised and no internals are shown."""
    checks = _check_parts(resources)
    checks += [Check(**vars(disk)) for disk in check_disks(resources.settings)]
    queues = [queue for queue, count in resources.settings.workers.items() if count]
    return [*checks, *_check_workers(resources, queues), check_queues(resources)]


def check_serving(resources: Resources, queues: Sequence[str]) -> list[Check]:
    """Look at what work on ``queues`` needs, whoever starts their workers; raises nothing."""
    return _check_parts(resources) + _check_workers(resources, queues)


def _check_parts(resources: Resources) -> list[Check]:
    return [
        _checked("database", lambda: _check_database(resources), "It cannot be reached."),
        _checked("redis", lambda: _check_redis(resources), "It cannot be reached."),
        _checked("storage", lambda: _check_storage(resources), "Nothing can be written to it."),
        _checked("clock", lambda: _check_clock(resources), "No clock process has ticked lately."),
    ]


def _check_workers(resources: Resources, queues: Sequence[str]) -> list[Check]:
    workers = known_workers(resources)
    return [_worker_check(queue, workers) for queue in queues]


def overall(checks: Sequence[Check]) -> str:
    """Return the worst status of the checks."""
    return max((check.status for check in checks), key=STATUSES.index, default="ok")


def known_workers(resources: Resources) -> Mapping[str, int] | None:
    """Return how many workers listen on each queue, None while Redis is away."""
    try:
        return count_workers(resources.redis, QUEUES)
    except RedisError:
        return None


Finding = tuple[str, str, dict[str, str | int]]  # code, sentence, what the sentence is made of


def _checked(name: str, check: Callable[[], Finding], otherwise: str) -> Check:
    try:
        code, detail, params = check()
    except (SQLAlchemyError, RedisError, Unavailable, LookupError):
        return _failing(name, otherwise)
    return Check(name=name, status="ok", detail=detail, code=code, params=params)


def _check_database(resources: Resources) -> Finding:
    with resources.database.read() as session:
        session.execute(text("SELECT 1"))
    kind = "SQLite" if resources.database.is_sqlite else "PostgreSQL"
    return "database_ok", kind, {"kind": kind}


def _check_redis(resources: Resources) -> Finding:
    resources.redis.ping()
    return "redis_ok", "Reachable.", {}


def _check_storage(resources: Resources) -> Finding:
    resources.storage_probe.check(resources.store)
    return "storage_ok", "Reachable, and it takes bytes.", {}


def last_tick(resources: Resources) -> datetime | None:
    """Return when the clock ticked last, None where it is not known."""
    try:
        ticked_at = resources.redis.get(CLOCK_KEY)
    except RedisError:
        return None
    return None if ticked_at is None else datetime.fromtimestamp(float(ticked_at), UTC)


def _check_clock(resources: Resources) -> Finding:
    ticked_at = resources.redis.get(CLOCK_KEY)
    if ticked_at is None or time.time() - float(ticked_at) > CLOCK_SILENT_SECONDS:
        raise LookupError("silent")
    age = f"{max(0.0, time.time() - float(ticked_at)):.1f}"
    return "clock_ok", f"Last tick {age} s ago.", {"age": age}


def check_queues(resources: Resources) -> Check:
    """Look how long the oldest queued job has waited; nothing is raised."""
    try:
        with resources.database.read() as session:
            oldest = unfinished_jobs(session).oldest
    except SQLAlchemyError:
        return _failing("queues", "The queues cannot be read.")
    age, queue = max(((age, queue) for queue, age in oldest.items()), default=(0.0, ""))
    if not queue:
        return Check(name="queues", status="ok", detail="Nothing waits.", code="queues_empty")
    params: dict[str, str | int] = {"queue": queue, "seconds": int(age)}
    is_slow = age > QUEUED_LONG_SECONDS
    return Check(
        name="queues",
        status="degraded" if is_slow else "ok",
        detail=f"The oldest job waits for {age / 60:.0f} min in {queue}.",
        code="queues_slow" if is_slow else "queues_ok",
        params=params,
    )


def _failing(name: str, detail: str) -> Check:
    return Check(name=name, status="failing", detail=detail, code=f"{name}_failing")


def _worker_check(queue: str, workers: Mapping[str, int] | None) -> Check:
    count = (workers or {}).get(queue, 0)
    name = f"{queue} workers"
    params: dict[str, str | int] = {"queue": queue, "count": count}
    if count:
        detail = f"{count} listening."
        return Check(name=name, status="ok", detail=detail, code="workers_ok", params=params)
    detail = f"None: python -m app worker --queue {queue}"
    return Check(name=name, status="failing", detail=detail, code="workers_failing", params=params)
