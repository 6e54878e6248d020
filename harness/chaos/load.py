"""The load: jobs whose every step, end and change of state can be counted afterwards.

A job takes several steps. Each is one fenced commit that leaves a row and moves the checkpoint;
the last one leaves the effect that must exist exactly once. A change of state is an event.
"""

import os
import signal
import time
from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, insert, select

from app.db.types import BigId
from app.db.uow import UnitOfWork
from app.events import Event
from app.jobs import states
from app.jobs.engine import JobObserver
from app.models import Job
from app.resources import Resources
from services.domains import OBSERVERS as REAL_OBSERVERS
from workers.attempt import Attempt
from workers.runtime import Handler

STEPS = 5
STEP_SECONDS = 0.2

tables = MetaData()
steps = Table(
    "chaos_steps",
    tables,
    Column("id", BigId, primary_key=True),
    Column("job_id", BigInteger, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("step", Integer, nullable=False),
)
effects = Table(
    "chaos_effects",
    tables,
    Column("id", BigId, primary_key=True),
    Column("job_id", BigInteger, nullable=False),
    Column("attempt", Integer, nullable=False),
)


@dataclass(frozen=True, kw_only=True)
class JobMoved(Event):
    """A job of the load changed its state."""

    type: ClassVar[str] = "chaos_job_moved"
    state: str
    attempt: int
    holder: str | None
    error: str | None
    detail: str | None = None


def topic_of(job_id: int) -> str:
    """Return the topic that holds the history of one job."""
    return f"chaos:{job_id}"


def keep_state(unit: UnitOfWork, job: Job) -> None:
    """Keep the change of state in the job's history: the observer of every kind of the load."""
    error = job.error or {}
    moved = JobMoved(
        state=job.state,
        attempt=job.attempt,
        holder=job.holder,
        error=error.get("type"),
        detail=error.get("detail"),
    )
    unit.publish(topic_of(job.id), moved)


def work(attempt: Attempt, resources: Resources) -> None:
    """Do the steps that are left, then leave one effect."""
    for step in range(_done(attempt, resources), STEPS):
        if attempt.stop_requested():
            with attempt.write() as unit:
                attempt.finish(unit, states.CANCELLED)
            return
        time.sleep(STEP_SECONDS)
        with attempt.write() as unit:
            _count(unit, steps, attempt, step=step)
            attempt.note(unit, checkpoint_step=step, checkpoint_attempt=attempt.number)
    with attempt.write() as unit:
        _count(unit, effects, attempt)
        attempt.finish(unit)


def _done(attempt: Attempt, resources: Resources) -> int:
    with resources.database.read() as session:
        step = session.scalar(select(Job.checkpoint_step).where(Job.id == attempt.claim.job_id))
    return 0 if step is None else step + 1


def _count(unit: UnitOfWork, table: Table, attempt: Attempt, **values: int) -> None:
    row = {"job_id": attempt.claim.job_id, "attempt": attempt.number, **values}
    unit.session.execute(insert(table).values(row))


def poison(_attempt: Attempt, _resources: Resources) -> None:
    """Die without a word, as a process that ran out of memory does."""
    os.kill(os.getpid(), signal.SIGKILL)


def broken(_attempt: Attempt, _resources: Resources) -> None:
    """Raise what nobody expected."""
    raise ZeroDivisionError


HANDLERS: dict[str, Handler] = {"work": work, "poison": poison, "broken": broken}
OBSERVERS: dict[str, JobObserver] = {**dict.fromkeys(HANDLERS, keep_state), **REAL_OBSERVERS}
