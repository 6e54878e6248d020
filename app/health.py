"""Whether the parts of the platform are there, each in one word and one sentence."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.disk import check_disks
from app.errors import Unavailable
from app.jobs.roster import count_workers
from app.resources import Resources
from app.settings import Settings

CLOCK_KEY = "roundhouse:clock"  # the clock process writes the time here at every tick
CLOCK_SILENT_SECONDS = 10.0
PROBE = "health/probe"
STATUSES = ("ok", "degraded", "failing")


@dataclass(frozen=True, kw_only=True)
class Check:
    """One part; ``status`` is ``ok``, ``degraded`` (it works, but see to it) or ``failing``."""

    name: str
    status: str
    detail: str

    @property
    def is_ok(self) -> bool:
        """Return whether the part does its work."""
        return self.status != "failing"


def check_health(resources: Resources) -> list[Check]:
    """Look at every part; nothing is raised and no internals are shown."""
    workers = known_workers(resources)
    checks = [
        _checked("database", lambda: _check_database(resources), "It cannot be reached."),
        _checked("redis", lambda: _check_redis(resources), "It cannot be reached."),
        _checked("storage", lambda: _check_storage(resources), "It cannot be reached."),
        _checked("clock", lambda: _check_clock(resources), "No clock process has ticked lately."),
    ]
    checks += [Check(**vars(disk)) for disk in check_disks(resources.settings)]
    return checks + [
        _worker_check(queue, workers)
        for queue, count in configured_workers(resources.settings).items()
        if count
    ]


def overall(checks: Sequence[Check]) -> str:
    """Return the worst status of the checks."""
    return max((check.status for check in checks), key=STATUSES.index, default="ok")


def configured_workers(settings: Settings) -> dict[str, int]:
    """Return how many workers of each queue this host is to have."""
    return {
        "train": settings.train_workers,
        "io": settings.io_workers,
    }


def known_workers(resources: Resources) -> Mapping[str, int] | None:
    """Return how many workers listen on each queue, None while Redis is away."""
    try:
        return count_workers(resources.redis, list(configured_workers(resources.settings)))
    except RedisError:
        return None


def _checked(name: str, check: Callable[[], str], otherwise: str) -> Check:
    try:
        return Check(name=name, status="ok", detail=check())
    except (SQLAlchemyError, RedisError, Unavailable, LookupError):
        return Check(name=name, status="failing", detail=otherwise)


def _check_database(resources: Resources) -> str:
    with resources.database.read() as session:
        session.execute(text("SELECT 1"))
    return "SQLite" if resources.database.is_sqlite else "PostgreSQL"


def _check_redis(resources: Resources) -> str:
    resources.redis.ping()
    return "It answers."


def _check_storage(resources: Resources) -> str:
    resources.store.exists(PROBE)
    return "It answers."


def _check_clock(resources: Resources) -> str:
    ticked = resources.redis.get(CLOCK_KEY)
    if ticked is None or time.time() - float(ticked) > CLOCK_SILENT_SECONDS:
        raise LookupError("silent")
    return "It ticks."


def _worker_check(queue: str, workers: Mapping[str, int] | None) -> Check:
    count = (workers or {}).get(queue, 0)
    name = f"{queue} workers"
    if count:
        return Check(name=name, status="ok", detail=f"{count} listening.")
    return Check(name=name, status="failing", detail=f"None: python -m app worker {queue}")
