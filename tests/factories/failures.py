"""Jobs that fail as they do at a worker, with what they raised."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import select

from app.db.uow import NewJob
from app.models.incident import Incident, JobFailure
from app.models.run import Run
from app.resources import Resources
from tests.factories.runs import make_run
from workers.runtime import perform


def fail_run(resources: Resources, owner_id: int, error: Exception, run: Run | None = None) -> Run:
    """Let a training of a run raise ``error`` at a worker; return the run."""
    run = run or make_run(resources.database, owner_id, status="queued")

    def work(*_: object) -> None:
        raise error

    _perform(resources, run, work)
    return run


def succeed(resources: Resources, run: Run) -> None:
    """Let a training of a run end well at a worker."""
    _perform(resources, run, lambda *_: None)


def _perform(resources: Resources, run: Run, work) -> None:
    subject = f"run:{run.id}"
    with resources.database.write() as unit:
        new = NewJob(kind="train_run", queue="train", subject=subject, owner_id=run.owner_id)
        job = unit.enqueue(new)
    with same_signals():
        perform(job.id, "test:1", resources, {"train_run": work})


@contextmanager
def same_signals() -> Iterator[None]:
    """Give the signals back to whom they belonged: a work-horse takes them."""
    handler = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, handler)


def incidents_of(resources: Resources, owner_id: int) -> list[Incident]:
    """Return the incidents of a person, the oldest first."""
    query = select(Incident).where(Incident.owner_id == owner_id).order_by(Incident.id)
    with resources.database.read() as session:
        return list(session.scalars(query))


def failures_of(resources: Resources, owner_id: int) -> list[JobFailure]:
    """Return the failures of a person, the oldest first."""
    query = select(JobFailure).where(JobFailure.owner_id == owner_id).order_by(JobFailure.id)
    with resources.database.read() as session:
        return list(session.scalars(query))
