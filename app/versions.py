"""What an installation is made of: its release, Python, libraries, database, Redis, schema."""

import platform
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version

from redis.exceptions import RedisError
from sqlalchemy import text

from app.db.engine import Database
from app.db.migrate import newest_revision, revision_of
from app.resources import Resources
from app.version import VERSION

LIBRARIES = (
    "quart",
    "python-socketio",
    "hypercorn",
    "sqlalchemy",
    "alembic",
    "marshmallow",
    "rq",
    "redis",
    "flwr",
    "torch",
    "lightning",
    "torchmetrics",
    "monai",
    "scikit-learn",
    "scipy",
    "numpy",
    "polars",
)


@dataclass(frozen=True, kw_only=True)
class Versions:
    """Versions as text; ``schema`` is the database's revision, ``newest_schema`` this release's."""

    roundhouse: str
    python: str
    system: str
    database: str
    redis: str | None
    schema: str | None
    newest_schema: str
    libraries: Mapping[str, str]


def versions(resources: Resources) -> Versions:
    """Look at what runs here; ``redis`` is None while it is away."""
    return Versions(
        roundhouse=VERSION,
        python=platform.python_version(),
        system=platform.platform(),
        database=_database_version(resources.database),
        redis=_redis_version(resources),
        schema=revision_of(resources.database),
        newest_schema=newest_revision(),
        libraries=library_versions(),
    )


@cache
def library_versions() -> Mapping[str, str]:
    """Return the versions of the main libraries that are installed, without importing them."""
    installed = {}
    for name in LIBRARIES:
        with suppress(PackageNotFoundError):
            installed[name] = version(name)
    return installed


def _database_version(database: Database) -> str:
    name, statement = (
        ("SQLite", "SELECT sqlite_version()")
        if database.is_sqlite
        else ("PostgreSQL", "SHOW server_version")
    )
    with database.read() as session:
        return f"{name} {session.scalar(text(statement))}"


def _redis_version(resources: Resources) -> str | None:
    with suppress(RedisError):
        server = resources.redis.info("server")
        return f"{server.get('server_name', 'Redis')} {server['redis_version']}"
    return None
