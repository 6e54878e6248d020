"""The turn to migrate: one process has it, the others wait for it and say for whom.

Nobody gives up: a migration of much data takes minutes, and a process that ended meanwhile would
only be started again.
"""

import fcntl
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog
from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url

ADVISORY_LOCK = 7_264_911
TRY_SECONDS = 0.5
SAY_SECONDS = 60.0  # between two lines of whoever waits

HOLDER = text(
    "SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a USING (pid) "
    "WHERE l.locktype = 'advisory' AND l.objid = :key AND l.granted LIMIT 1"
)

log = structlog.get_logger(__name__)


@contextmanager
def turn_on_sqlite(url: str) -> Iterator[None]:
    """Hold a lock beside the file: SQLite's own would end the wait after its patience."""
    place = make_url(url).database
    if not place or place == ":memory:":
        yield
        return
    lock = os.open(Path(f"{place}.migrating"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _wait(lambda: _locked(lock), lambda: os.pread(lock, 200, 0).decode(errors="replace"))
        os.truncate(lock, 0)
        os.pwrite(lock, _this_process().encode(), 0)
        yield
    finally:
        os.close(lock)


def take_turn_on_postgresql(connection: Connection) -> None:
    """Hold a lock until the transaction ends, in which the server lets this process be slow."""
    name = {"name": _this_process()}
    connection.execute(text("SELECT set_config('application_name', :name, true)"), name)
    connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
    key = {"key": ADVISORY_LOCK}
    attempt = text("SELECT pg_try_advisory_xact_lock(:key)")
    _wait(
        lambda: bool(connection.scalar(attempt, key)),
        lambda: str(connection.scalar(HOLDER, key) or ""),
    )


def _wait(take: Callable[[], bool], holder: Callable[[], str]) -> None:
    due = 0.0
    while not take():
        if time.monotonic() >= due:
            due = time.monotonic() + SAY_SECONDS
            who = holder() or "another process"
            log.warning("waiting while the database is brought up to date", by=who)
        time.sleep(TRY_SECONDS)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _this_process() -> str:
    return f"process {os.getpid()} on {socket.gethostname()[:30]}"
