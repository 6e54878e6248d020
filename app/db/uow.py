"""The unit of work: one use case, one transaction, with its events and jobs inside it.

Events and jobs are buffered and written as the last statements of the same transaction: a crash
leaves all of them or none. Only the doorbells wait until after the commit (design D4).
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy.event import listen
from sqlalchemy.orm import Session

from app.clock import now
from app.db.base import Base
from app.db.doorbell import Dispatch, Doorbell
from app.db.types import database_time
from app.events.base import Event
from app.events.log import append_events
from app.models.job import Job

_open: ContextVar[bool] = ContextVar("unit_of_work_open", default=False)
Complete = Callable[[Sequence[object]], None]
_companion: ContextVar[tuple[Base, Complete] | None] = ContextVar("companion_row", default=None)


@dataclass(frozen=True, kw_only=True)
class NewJob:
    """Work to be done later: ``kind`` names the use case, ``subject`` what it is about."""

    kind: str
    queue: str
    subject: str
    owner_id: int | None = None


class UnitOfWork:
    """What a use case writes through: a session, and buffers for events and jobs.

    ``raised`` is the exception that ends a job in this transaction, for those who follow the job.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.raised: BaseException | None = None
        self._events: dict[str, list[Event]] = {}
        self._jobs: list[Job] = []
        self._rung: dict[str, int] = {}
        self._made: list[object] = []
        if _companion.get() is not None:
            listen(session, "pending_to_persistent", lambda _, row: self._made.append(row))

    def publish(self, topic: str, event: Event) -> None:
        """Publish ``event`` on ``topic`` when, and only when, this transaction commits."""
        self._events.setdefault(topic, []).append(event)

    def enqueue(self, job: NewJob) -> Job:
        """Queue ``job`` when this transaction commits; its id is known after that."""
        row = Job(
            kind=job.kind,
            queue=job.queue,
            subject=job.subject,
            owner_id=job.owner_id,
            state="queued",
            attempt=0,
            progress=0.0,
            created_at=now(),
            dispatch_id=fresh_dispatch_id(),
            dispatched_at=database_time(),
        )
        self._jobs.append(row)
        return row

    def commit(self) -> None:
        """Write the buffered jobs and events, then commit everything at once."""
        self.session.add_all(self._jobs)
        if (companion := _companion.get()) is not None:
            self.session.flush()
            row, complete = companion
            complete(self._made)
            self.session.add(row)
        self.session.flush()  # events come last: their counter rows are the hottest locks
        self.append_events(self.session)
        self.session.commit()

    def keep(self) -> None:
        """Write the buffered jobs as a part of a transaction that is committed later."""
        self.session.add_all(self._jobs)
        self.session.commit()

    def append_events(self, session: Session) -> None:
        """Write the buffered events."""
        self._rung = append_events(session, self._events)

    def ring(self, doorbell: Doorbell) -> None:
        """Ring for what was committed."""
        if self._rung or self._jobs:
            doorbell.ring(self._rung, [_dispatch(job) for job in self._jobs])


def fresh_dispatch_id() -> str:
    """Return an id that no queue has seen: RQ deletes a running job that is queued twice by id."""
    return uuid4().hex


def new_dispatch(queue: str, job_id: int) -> Dispatch:
    """Return a fresh call for a job."""
    return Dispatch(queue=queue, job_id=job_id, dispatch_id=fresh_dispatch_id())


def _dispatch(job: Job) -> Dispatch:
    return Dispatch(queue=job.queue, job_id=job.id, dispatch_id=str(job.dispatch_id))


@contextmanager
def not_nested() -> Iterator[None]:
    """Refuse a unit of work inside another one of the same context."""
    if _open.get():
        raise RuntimeError("A unit of work is open already; pass it on instead of opening another.")
    token = _open.set(True)
    try:
        yield
    finally:
        _open.reset(token)


@contextmanager
def commit_with(row: Base | None, complete: Complete = lambda _: None) -> Iterator[None]:
    """Write ``row`` in the transaction of the next unit of work opened inside; None: no row.

    Before that ``complete`` is called with the rows that are new in this transaction.
    """
    token = _companion.set(None if row is None else (row, complete))
    try:
        yield
    finally:
        _companion.reset(token)
