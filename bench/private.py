"""Private places for measurements: a home, a migrated database and a Redis that go away again."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.db.engine import Database
from app.db.migrate import migrate
from app.settings import Settings
from harness.ports import free_port
from harness.redis_server import RedisServer
from harness.site import Site


@contextmanager
def private_settings(**more: str) -> Iterator[Settings]:
    """Yield settings of a new home with a running Redis and a migrated SQLite file."""
    home = Path(tempfile.mkdtemp(prefix="rh-bench-", dir="/tmp"))
    redis = RedisServer()
    redis.start()
    environment = {
        "ROUNDHOUSE_HOME": str(home),
        "ROUNDHOUSE_PORT": str(free_port()),
        "ROUNDHOUSE_LOG_LEVEL": "error",
        "REDIS_URL": redis.url,
        **more,
    }
    try:
        settings = Settings.from_env(environment)
        database = Database(settings.database_url)
        migrate(database)
        database.close()
        yield settings
    finally:
        redis.close()
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def private_site() -> Iterator[Site]:
    """Yield a site whose web process runs."""
    with private_settings() as settings:
        site = Site(settings)
        try:
            site.web.start()
            yield site
        finally:
            site.close()
