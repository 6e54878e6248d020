"""Several units of work, and what is read between them, in one transaction.

A request with an Idempotency-Key reads its answer after its use case has committed. For the
answer to be kept by the same commit (ADR 65), units of work inside ``together`` are savepoints of
one transaction, and readers see what these have written.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from contextvars import ContextVar

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from app.db.base import Base
from app.db.doorbell import Doorbell
from app.db.uow import UnitOfWork, commit_with

_current: ContextVar["OneCommit | None"] = ContextVar("one_commit", default=None)


class OneCommit:
    """The transaction of one request; it begins with its first unit of work."""

    def __init__(self, writer: Engine, lock: AbstractContextManager[object]) -> None:
        self._writer, self._lock = writer, lock
        self._parts: list[UnitOfWork] = []
        self._actions: list[Callable[[], object]] = []
        self._connection: Connection | None = None
        self._open = ExitStack()

    @property
    def has_begun(self) -> bool:
        """Return whether a unit of work was opened."""
        return self._connection is not None

    def session(self) -> Session:
        """Return a session on the transaction: what it commits is a savepoint."""
        if self._connection is None:
            self._begin()
        return Session(
            self._connection, join_transaction_mode="create_savepoint", expire_on_commit=False
        )

    @contextmanager
    def unit(self) -> Iterator[UnitOfWork]:
        """Open a part of the transaction; an error takes back this part alone."""
        with self.session() as session:
            unit = UnitOfWork(session)
            yield unit
            unit.keep()
        self._parts.append(unit)

    def commit(self, row: Base) -> None:
        """Write ``row`` and the events of all parts, then commit everything at once."""
        if self._connection is None:
            return
        with self.session() as session:
            session.add(row)
            session.flush()
            for part in self._parts:
                part.append_events(session)
            session.commit()
        self._connection.commit()

    def later(self, action: Callable[[], object]) -> None:
        """Do ``action`` once everything is committed."""
        self._actions.append(action)

    def ring(self, doorbell: Doorbell) -> None:
        """Ring for what was committed, and do what waits for that."""
        for part in self._parts:
            part.ring(doorbell)
        for action in self._actions:
            action()

    def close(self) -> None:
        """Roll back what is not committed, and let others write."""
        self._open.close()

    def _begin(self) -> None:
        with ExitStack() as stack:
            stack.enter_context(self._lock)
            connection = stack.enter_context(self._writer.connect())
            connection.begin()
            self._open, self._connection = stack.pop_all(), connection


def current() -> OneCommit | None:
    """Return the transaction that units of work and readers of this request join, if any."""
    return _current.get()


def after_commit(action: Callable[[], object]) -> None:
    """Do ``action`` after the commit of the units of work before this call: mostly at once."""
    whole = current()
    if whole is not None and whole.has_begun:
        whole.later(action)
    else:
        action()


@contextmanager
def joined(whole: OneCommit | None) -> Iterator[None]:
    """Have units of work inside join ``whole``."""
    token = _current.set(whole)
    try:
        yield
    finally:
        _current.reset(token)


@contextmanager
def alone() -> Iterator[None]:
    """Have units of work inside commit by themselves, without the row of a key.

    Raises RuntimeError once the transaction of the request has begun: it may hold a lock that
    they wait for.
    """
    if (whole := current()) is not None and whole.has_begun:
        raise RuntimeError("The transaction of this request has begun: write alone before that.")
    with joined(None), commit_with(None):
        yield
