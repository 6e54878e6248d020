"""The life of a job as changes of one row (design D1 and 4).

A worker claims the row with one UPDATE, gets an attempt number and a lease, and every later
write of it names that attempt. Times are the database's, so that hosts need not agree on one.
Each change of state is passed to the observer of its kind inside the same transaction: a run's
status can never differ from its job's.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Update, update
from sqlalchemy.orm import Session

from app.clock import now
from app.db.engine import Database
from app.db.types import database_time
from app.db.uow import UnitOfWork
from app.errors import Conflict
from app.jobs import outside, states
from app.jobs.errors import LeaseLost
from app.jobs.waiting import wait_for
from app.log_secrets import blank
from app.models.job import Job


class JobObserver(Protocol):
    """Follows the jobs of one kind, inside the transaction that changes them."""

    def __call__(self, unit: UnitOfWork, job: Job) -> None:
        """Bring what the job is about in line with the job's new state."""


@dataclass(frozen=True, kw_only=True)
class Claim:
    """The right to work on a job, for as long as ``attempt`` is the row's attempt."""

    job_id: int
    attempt: int
    holder: str
    kind: str
    subject: str


class JobEngine:
    """Claims, leases, fences and ends jobs."""

    def __init__(
        self, database: Database, observers: Mapping[str, JobObserver], lease_seconds: float
    ) -> None:
        self.database = database
        self._observers = observers
        self.lease_seconds = lease_seconds

    def claim(self, job_id: int, holder: str) -> Claim | None:
        """Take the job for ``holder``; None when it is not to be had (done, taken, not yet due)."""
        with self.database.write() as unit:
            job = _changed(unit.session, _due(job_id).values(**self._taken(holder)))
            if job is None:
                return None
            self.observe(unit, job)
            return Claim(
                job_id=job.id,
                attempt=job.attempt,
                holder=holder,
                kind=job.kind,
                subject=job.subject,
            )

    def _taken(self, holder: str) -> dict[str, Any]:
        return {
            "state": states.STARTING,
            "attempt": Job.attempt + 1,
            "holder": holder,
            "lease_until": database_time() + self.lease_seconds,
            "heartbeat_at": now(),
            "started_at": now(),
            "error": None,
            "waits_for": None,
        }

    def start(self, claim: Claim) -> None:
        """Say that the work itself begins."""
        with self.fenced(claim) as unit:
            self.change(unit, claim, state=states.RUNNING)

    def beat(self, claim: Claim) -> bool:
        """Extend the lease; return whether a stop is requested.

        Raises LeaseLost when the attempt is not the row's any more.
        """
        with self.database.write() as unit:
            return self._hold(unit, claim).stop_requested_at is not None

    def look(self, claim: Claim) -> bool:
        """Return whether a stop is requested, without extending the lease.

        Raises LeaseLost when the attempt is not the row's any more.
        """
        with self.database.read() as session:
            job = session.get(Job, claim.job_id)
        if job is None or not _is_of(claim, job):
            raise LeaseLost(f"job {claim.job_id}, attempt {claim.attempt}")
        return job.stop_requested_at is not None

    @contextmanager
    def fenced(self, claim: Claim) -> Iterator[UnitOfWork]:
        """Open a unit of work that commits only while ``claim`` still holds.

        The row stays locked until the commit, so the fence cannot fall in between.
        Raises LeaseLost.
        """
        with self.database.write() as unit:
            self._hold(unit, claim)
            yield unit

    def _hold(self, unit: UnitOfWork, claim: Claim, **values: Any) -> Job:
        values |= {"lease_until": database_time() + self.lease_seconds, "heartbeat_at": now()}
        job = _changed(unit.session, _held_by(claim).values(**values))
        if job is None and self._take_back(unit, claim):
            job = _changed(unit.session, _held_by(claim).values(**values))
        if job is None:
            raise LeaseLost(f"job {claim.job_id}, attempt {claim.attempt}")
        return job

    def _take_back(self, unit: UnitOfWork, claim: Claim) -> bool:
        """Go on with a job that counts as lost and that nobody else has claimed.

        Whoever asks lives: silence was all that spoke of a death, so it is not counted.
        """
        alive = {"state": states.RUNNING, "holder": claim.holder, "error": None}
        uncounted = {"deaths": Job.deaths - 1, "not_before": 0.0}
        job = _changed(unit.session, _unclaimed(claim).values(**alive, **uncounted))
        if job is not None:
            self.observe(unit, job)
        return job is not None

    def note(self, unit: UnitOfWork, claim: Claim, **values: Any) -> None:
        """Store progress, message or checkpoint of the claimed row inside a fenced unit."""
        self._hold(unit, claim, **values)

    def change(self, unit: UnitOfWork, claim: Claim, **values: Any) -> Job:
        """Change the claimed row inside a fenced unit of work and notify the observer."""
        job = self._hold(unit, claim, **values)
        self.observe(unit, job)
        return job

    def finish(
        self, unit: UnitOfWork, claim: Claim, state: str, error: dict[str, Any] | None = None
    ) -> None:
        """End the job inside a fenced unit of work: its effects and its end are one commit.

        No credential that stands in ``error`` is kept.
        """
        values: dict[str, Any] = {
            "state": state,
            "finished_at": now(),
            "error": None if error is None else blank(error),
        }
        if state == states.SUCCEEDED:
            values["progress"] = 1.0
        self.change(unit, claim, **values)

    def release(self, claim: Claim) -> None:
        """Give the job back unharmed: a drained worker costs no attempt."""
        with self.fenced(claim) as unit:
            self.change(
                unit, claim, state=states.QUEUED, holder=None, dispatched_at=None, not_before=0.0
            )

    def postpone(self, claim: Claim, outage: str) -> None:
        """Give the job back until a part of ours is there again: that is no death.

        ``outage`` is its kind. The delay grows with each time in a row without a new checkpoint; a
        job that is to stop is not begun again. Raises LeaseLost.
        """
        with self.fenced(claim) as unit:
            job = self._hold(unit, claim)
            wait_for(unit.session, job, outage)
            self.observe(unit, job)

    def request_stop(self, unit: UnitOfWork, subject: str) -> Job:
        """Request the newest job of ``subject`` to stop; one that nobody works on ends at once.

        Raises Conflict when it is already finished.
        """
        job = newest_job(unit.session, subject, lock=True)
        if job is None or job.state in states.TERMINAL:
            kind = subject.partition(":")[0].replace("_", " ").capitalize()
            raise Conflict(f"{kind} is already finished.")
        job.stop_requested_at = job.stop_requested_at or now()
        job.state = states.STOPPING if job.state in states.HELD else states.CANCELLED
        if job.state == states.CANCELLED:
            job.finished_at = now()
        elif job.queue == outside.QUEUE and job.lease_until is None:
            job.lease_until = database_time() + outside.STOP_SECONDS
        self.observe(unit, job)
        return job

    def observe(self, unit: UnitOfWork, job: Job) -> None:
        """Notify the observer of the job's kind."""
        observer = self._observers.get(job.kind)
        if observer is not None:
            observer(unit, job)


def newest_job(session: Session, subject: str, *, lock: bool = False) -> Job | None:
    """Return the newest job of ``subject``, locked against other writers if requested."""
    query = session.query(Job).filter(Job.subject == subject).order_by(Job.id.desc())
    if not lock:
        return query.first()
    while (job := query.with_for_update().first()) is not query.first():
        continue  # while we waited for its lock, a newer one was queued
    return job


def _due(job_id: int) -> Update:
    return update(Job).where(
        Job.id == job_id,
        Job.queue != outside.QUEUE,
        Job.state.in_(states.CLAIMABLE),
        Job.not_before <= database_time(),
    )


def _held_by(claim: Claim) -> Update:
    return update(Job).where(
        Job.id == claim.job_id,
        Job.attempt == claim.attempt,
        Job.holder == claim.holder,
        Job.state.in_(states.HELD),
    )


def _unclaimed(claim: Claim) -> Update:
    return update(Job).where(
        Job.id == claim.job_id, Job.attempt == claim.attempt, Job.state == states.LOST
    )


def _is_of(claim: Claim, job: Job) -> bool:
    """Return whether the attempt is the row's: it holds it, or was lost and may take it back."""
    return job.attempt == claim.attempt and (job.holder == claim.holder or job.state == states.LOST)


def _changed(session: Session, statement: Update) -> Job | None:
    returning = statement.returning(Job).execution_options(
        synchronize_session=False, populate_existing=True
    )
    return session.scalars(returning).one_or_none()
