"""Looking at each part from outside: what ``status`` and ``doctor`` have in common."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx

from app.disk import check_disks
from app.outages import outage_sentence
from app.redis import connect
from app.settings import Settings
from app.storage import StorageUnavailable, open_store
from app.storage.probe import write_probe
from app.supervisor.home import Home

CLOCK_KEY = "roundhouse:clock"
CLOCK_SECONDS = 10.0
WORDS = {"ok": "ok", "degraded": "warning", "failing": "failed"}


@dataclass(frozen=True)
class Health:
    """One part: ``status`` is ok, warning or failed."""

    name: str
    status: str
    detail: str


def look_at_parts(settings: Settings) -> list[Health]:
    """Return the health of every part of the installation."""
    parts = {
        "database": _database,
        "redis": _redis,
        "storage": _storage,
        "web": _web,
        "clock": _clock,
        "workers": _workers,
    }
    disks = [Health(disk.name, WORDS[disk.status], disk.detail) for disk in check_disks(settings)]
    return [_examine(name, look, settings) for name, look in parts.items()] + disks


def _examine(name: str, look: Callable[[Settings], str], settings: Settings) -> Health:
    from redis.exceptions import RedisError
    from sqlalchemy.exc import SQLAlchemyError

    try:
        return Health(name, "ok", look(settings))
    except SQLAlchemyError as error:
        return Health(name, "failed", outage_sentence(settings, error))
    except RedisError as error:
        sentence = outage_sentence(settings, error)
        return Health(name, "failed", f"{sentence} While it is away, work starts late.")
    except StorageUnavailable as error:
        return Health(name, "failed", error.detail)
    except httpx.HTTPError:
        return Health(name, "failed", f"does not answer on {settings.public_url}")
    except LookupError as error:
        return Health(name, "failed", str(error.args[0]))
    except OSError as error:
        return Health(name, "failed", f"cannot be opened: {error.strerror or error}")


def _database(settings: Settings) -> str:
    from app.db.engine import Database
    from app.db.migrate import pending

    if settings.database_url.startswith("sqlite") and not _file_exists(settings):
        raise LookupError("there is none yet: `python -m app up` makes it")
    database = Database(settings.database_url, pool_size=1)
    try:
        if pending(database):
            raise LookupError("its schema is old: run `python -m app migrate`")
    finally:
        database.close()
    return "SQLite" if database.is_sqlite else "PostgreSQL"


def _file_exists(settings: Settings) -> bool:
    from sqlalchemy.engine import make_url

    return Path(make_url(settings.database_url).database or "").exists()


def _redis(settings: Settings) -> str:
    client = connect(settings, retries=0)
    server = client.info("server")
    client.close()
    return f"{server.get('server_name', 'Redis')} {server['redis_version']}"


def _storage(settings: Settings) -> str:
    write_probe(open_store(settings.storage_url))
    return settings.storage_url.partition(":")[0]


def _web(settings: Settings) -> str:
    began = time.monotonic()
    with httpx.Client(timeout=2.0, trust_env=False) as http:
        http.get(f"http://{settings.url_host}:{settings.port}/health/live")
    return f"answered in {1000 * (time.monotonic() - began):.0f} ms"


def _clock(settings: Settings) -> str:
    client = connect(settings, retries=0)
    beat = client.get(CLOCK_KEY)
    client.close()
    if beat is None:
        raise LookupError("has not ticked for 10 s; lost jobs are not found meanwhile")
    return f"ticked {max(0.0, time.time() - float(beat)):.1f} s ago"


def _workers(settings: Settings) -> str:
    home = Home(settings.home)
    entries = home.read().get("processes", []) if home.is_running() else []
    count = sum(entry["name"].startswith("worker-") for entry in entries)
    if count == 0:
        raise LookupError("none runs on this host; other hosts may have some")
    return f"{count} on this host"
