"""Transactions that nobody waits for: what is in their way ends them after a moment."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from sqlalchemy import Connection, text
from sqlalchemy.exc import TimeoutError as WaitedTooLong

MOMENT_MILLISECONDS = 100


@contextmanager
def turn_at_once(lock: Lock) -> Iterator[None]:
    """Hold ``lock``. Raises WaitedTooLong, which is an SQLAlchemyError."""
    if not lock.acquire(timeout=MOMENT_MILLISECONDS / 1000):
        raise WaitedTooLong("another thread is writing")
    try:
        yield
    finally:
        lock.release()


@contextmanager
def at_once(connection: Connection, usual_milliseconds: int) -> Iterator[None]:
    """Let the next transaction of ``connection`` wait for a lock no longer than a moment.

    ``usual_milliseconds`` is how long connections to SQLite wait; PostgreSQL goes back by itself
    at the end of the transaction.
    """
    if connection.dialect.name != "sqlite":
        connection.execute(text(f"SET LOCAL lock_timeout = {MOMENT_MILLISECONDS}"))
        yield
        return
    cursor = connection.connection.cursor()  # beneath the transaction, which begins by waiting
    cursor.execute(f"PRAGMA busy_timeout={MOMENT_MILLISECONDS}")
    try:
        yield
    finally:
        cursor.execute(f"PRAGMA busy_timeout={usual_milliseconds}")
