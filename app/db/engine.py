"""Opening the database with the settings that keep it fast and whole (design D3, D18)."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, ExecutionContext, make_url
from sqlalchemy.exc import InvalidatePoolError, SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_random

from app.db.doorbell import Doorbell, NullDoorbell
from app.db.impatience import at_once, turn_at_once
from app.db.one_commit import OneCommit, current, joined
from app.db.outage import is_outage
from app.db.uow import UnitOfWork, not_nested
from app.outages import DATABASE, report_reachable

FIXED_WAL = (3, 51, 3)  # before this release a WAL reset could corrupt the file
BUSY_MILLISECONDS = 10_000
FRESH_SECONDS = 1.0  # a connection that was used so lately is not pinged
STILL_MILLISECONDS = 8_000  # a frozen process must not keep the rows that it has locked
SESSION = {
    "idle_in_transaction_session_timeout": STILL_MILLISECONDS,
    "jit": "off",  # compiling costs more than any statement here takes
}


class Database:
    """One engine, handed to whoever needs a transaction."""

    def __init__(self, url: str, *, pool_size: int = 8, doorbell: Doorbell | None = None) -> None:
        self.engine = _create_engine(url, pool_size)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self.doorbell: Doorbell = doorbell or NullDoorbell()
        self._writer = self.engine.execution_options(sqlite_begin="IMMEDIATE")
        self._one_moment = (
            self.engine  # a transaction of SQLite is one anyway
            if self.is_sqlite
            else self.engine.execution_options(isolation_level="REPEATABLE READ")
        )
        # PostgreSQL sees each statement of a plain read at its own moment anyway: so it needs
        # neither a beginning nor an end, each of which would cost a round trip
        self._reader = (
            self.engine
            if self.is_sqlite
            else self.engine.execution_options(isolation_level="AUTOCOMMIT")
        )
        self._searcher = self._reader.execution_options(prepared=False)
        # One writer at a time inside the process: SQLite would make the others poll the file.
        self._writing = threading.Lock()
        self._write_lock = self._writing if self.is_sqlite else nullcontext()

    @contextmanager
    def write(self) -> Iterator[UnitOfWork]:
        """Open the transaction of one use case; commit at the end, roll back on any error.

        Raises RuntimeError inside another unit of work: whose commit would it be?
        """
        if (whole := current()) is not None:
            with not_nested(), whole.unit() as unit:
                yield unit
            return
        with (
            not_nested(),
            self._write_lock,
            Session(self._writer, expire_on_commit=False) as session,
        ):
            unit = UnitOfWork(session)
            yield unit
            unit.commit()
        report_reachable(DATABASE)
        unit.ring(self.doorbell)

    @contextmanager
    def write_at_once(self) -> Iterator[UnitOfWork]:
        """Open a transaction for what a read leaves behind: no reader may wait for it.

        Raises SQLAlchemyError where another writer is in the way, or a disk is full.
        """
        with (
            not_nested(),
            turn_at_once(self._writing) if self.is_sqlite else nullcontext(),
            self._writer.connect() as connection,
            at_once(connection, BUSY_MILLISECONDS),
            Session(connection, expire_on_commit=False) as session,
        ):
            unit = UnitOfWork(session)
            yield unit
            unit.commit()
            connection.commit()
        unit.ring(self.doorbell)

    def try_write(self, work: Callable[[UnitOfWork], object]) -> bool:
        """Do ``work``, which may get lost, in ``write_at_once``; return whether it was written."""
        try:
            with self.write_at_once() as unit:
                work(unit)
        except SQLAlchemyError as error:
            if not is_outage(error):
                raise
            return False
        return True

    @contextmanager
    def together(self) -> Iterator[OneCommit]:
        """Make the units of work inside one transaction; whoever opens it commits it."""
        whole = OneCommit(self._writer, self._write_lock)
        try:
            with joined(whole):
                yield whole
        finally:
            whole.close()
        report_reachable(DATABASE)
        whole.ring(self.doorbell)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a session that only reads: one consistent snapshot on SQLite."""
        with self._reading(self._reader) as session:
            yield session

    @contextmanager
    def search(self) -> Iterator[Session]:
        """Open a session that only reads, each of its statements planned for its values.

        PostgreSQL soon plans a statement that comes often for any values, but one for 0.1 % of
        the rows and the same for half of them need different plans.
        """
        with self._reading(self._searcher) as session:
            yield session

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """Open a session that only reads, all of its statements at the same moment."""
        with self._reading(self._one_moment) as session:
            yield session

    def _reading(self, engine: Engine) -> Session:
        """Return a session that sees what the transaction of this request has written so far."""
        whole = current()
        if whole is not None and whole.has_begun:
            return whole.session()
        return Session(engine, expire_on_commit=False)

    def close(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()


def _create_engine(url: str, pool_size: int) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
        return _create_postgresql(parsed, pool_size)
    if parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        parsed,
        pool_size=pool_size,
        max_overflow=0,
        connect_args={"check_same_thread": False, "timeout": BUSY_MILLISECONDS / 1000},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _create_postgresql(url: URL, pool_size: int) -> Engine:
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        connect_args={"options": " ".join(f"-c {name}={value}" for name, value in SESSION.items())},
    )

    @event.listens_for(engine, "do_execute")
    def plan(cursor: Any, statement: str, values: Any, context: ExecutionContext) -> bool:
        if context.execution_options.get("prepared", True):
            return False  # the usual way
        cursor.execute(statement, values, prepare=False)
        return True

    @event.listens_for(engine, "checkin")
    def note(_connection: Any, record: ConnectionPoolEntry) -> None:
        record.info["left_at"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def check_connection(connection: Any, record: ConnectionPoolEntry, _proxy: Any) -> None:
        if time.monotonic() - record.info.get("left_at", 0.0) < FRESH_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error

    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself: _begin_sqlite does
    connection.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
    _switch_to_wal(connection)
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    if sqlite3.sqlite_version_info < FIXED_WAL:
        connection.execute("PRAGMA wal_autocheckpoint=0")  # only the clock process checkpoints


@retry(
    retry=retry_if_exception_type(sqlite3.OperationalError),
    stop=stop_after_delay(BUSY_MILLISECONDS / 1000),
    wait=wait_random(0.005, 0.05),
    reraise=True,
)
def _switch_to_wal(connection: sqlite3.Connection) -> None:
    """Processes that open a new file together collide here, where SQLite asks no busy handler."""
    connection.execute("PRAGMA journal_mode=WAL")


def _begin_sqlite(connection: Connection) -> None:
    mode = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {mode}")
