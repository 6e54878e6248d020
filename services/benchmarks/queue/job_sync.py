"""Entries follow the jobs of what they became, inside the transaction that changes the job."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.uow import UnitOfWork
from app.jobs import states
from app.models.benchmark_queue import CANCELLED, DONE, FAILED, RUNNING, QueueEntry
from app.models.job import Job
from services.benchmarks.generations.topics import KIND as GENERATION
from services.benchmarks.queue.kinds import KINDS
from services.benchmarks.queue.settle import settle
from services.benchmarks.queue.topics import KIND as ENTRY
from services.benchmarks.queue.types import ANALYSIS, ATTRGEN, BENCHMARK
from services.benchmarks.topics import KIND as BENCHMARK_RUN
from services.benchmarks.warm_up.job_sync import KIND as WARM_UP

TYPES = {BENCHMARK_RUN: BENCHMARK, GENERATION: ATTRGEN, WARM_UP: ANALYSIS}
ENDS = {states.SUCCEEDED: DONE, states.FAILED: FAILED, states.CANCELLED: CANCELLED}


def follow_entry(unit: UnitOfWork, job: Job) -> None:
    """End the running entry of a job that is over: the observer of jobs that build data sets."""
    if job.state not in states.TERMINAL:
        return
    row = _entry_of(unit.session, job.subject)
    if row is not None:
        settle_by(unit, row, job)


def settle_by(unit: UnitOfWork, row: QueueEntry, job: Job) -> None:
    """End an entry as its job ended; one whose result is not complete has failed."""
    error = job.error["detail"] if job.error else None
    status = ENDS[job.state]
    if status == DONE and row.result_id is not None:
        error = KINDS[row.type].incomplete(unit.session, row.result_id)
        status = FAILED if error else DONE
    settle(unit, row, status, error)


def _entry_of(session: Session, subject: str) -> QueueEntry | None:
    kind, _, digits = subject.partition(":")
    query = select(QueueEntry).where(QueueEntry.status == RUNNING)
    if kind == ENTRY:
        query = query.where(QueueEntry.id == int(digits))
    else:
        query = query.where(QueueEntry.type == TYPES[kind], QueueEntry.result_id == int(digits))
    return session.scalars(query.with_for_update()).first()
