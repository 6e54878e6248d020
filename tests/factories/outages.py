"""Taking a real database away for a while."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, event, text

from app.db.engine import Database


@contextmanager
def away(database: Database) -> Iterator[None]:
    """Let nobody reach ``database`` inside, neither over open connections nor new ones."""
    take = _without_file if database.is_sqlite else _without_connections
    with take(database):
        database.engine.dispose()
        yield


@contextmanager
def _without_file(database: Database) -> Iterator[None]:
    place = Path(database.engine.url.database)
    kept = place.rename(place.with_suffix(".away"))
    place.mkdir()
    yield
    place.rmdir()
    kept.rename(place)


@contextmanager
def _without_connections(database: Database) -> Iterator[None]:
    url = database.engine.url
    admin = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    end = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name")
    with admin.connect() as connection:
        connection.execute(text(f"ALTER DATABASE {url.database} ALLOW_CONNECTIONS false"))
        connection.execute(end, {"name": url.database})
        yield
        connection.execute(text(f"ALTER DATABASE {url.database} ALLOW_CONNECTIONS true"))
    admin.dispose()


@contextmanager
def read_only(database: Database) -> Iterator[None]:
    """Let ``database`` take nothing inside, as on a disk that is mounted read-only."""
    take = _taking_nothing if database.is_sqlite else _standing_by
    with take(database):
        yield


@contextmanager
def _taking_nothing(database: Database) -> Iterator[None]:
    def forbid(connection: Any, _record: Any, _proxy: Any) -> None:
        connection.execute("PRAGMA query_only=ON")

    event.listen(database.engine, "checkout", forbid)
    yield
    event.remove(database.engine, "checkout", forbid)
    database.engine.dispose()


@contextmanager
def _standing_by(database: Database) -> Iterator[None]:
    url = database.engine.url
    admin = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    setting = "default_transaction_read_only"
    with admin.connect() as connection:
        connection.execute(text(f"ALTER DATABASE {url.database} SET {setting} = on"))
        database.engine.dispose()
        yield
        connection.execute(text(f"ALTER DATABASE {url.database} RESET {setting}"))
    database.engine.dispose()
    admin.dispose()
