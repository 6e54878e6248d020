"""Requesting an analysis: what is there already is returned, what is not becomes a job."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.clock import now
from app.db.engine import Database
from app.db.uow import NewJob, UnitOfWork
from app.jobs.engine import newest_job
from app.jobs.queues import IO
from app.models.benchmark import BenchmarkAnalysis, BenchmarkRun
from app.models.job import Job
from services.benchmarks.analysis_jobs.compute import summary_of
from services.benchmarks.analysis_jobs.job_sync import (
    COMPLETED,
    FAILED,
    JOB_KIND,
    PENDING,
    RUNNING,
    subject_of_analysis,
)
from services.benchmarks.analysis_jobs.types import AT_ONCE, AnalysisRequest, params_hash
from services.benchmarks.resolve import visible_benchmark

MESSAGES = {
    PENDING: "The analysis waits for a worker.",
    RUNNING: "The analysis is being computed.",
    COMPLETED: "The analysis is there.",
    FAILED: "The analysis failed.",
}


def request_analysis(
    database: Database, actor: Actor, run_id: str, request: AnalysisRequest
) -> dict[str, Any]:
    """Return number, job and status of the analysis: the one there is, or a new one.

    One that failed, or that the run has outgrown, is computed again. Raises what
    ``visible_benchmark`` and ``answer`` raise.
    """
    if request.type in AT_ONCE:
        return _answered(database, actor, run_id, request)
    job: Job | None = None
    with database.write() as unit:
        run = visible_benchmark(unit.session, actor, run_id)
        unit.session.refresh(run, with_for_update=True)
        row = _kept(unit.session, run, request)
        if row is None or (request.force and row.status == COMPLETED) or _stale(row, run):
            row, job = _queued(unit, run, request, row)
        else:
            job = newest_job(unit.session, subject_of_analysis(row.id))
        number, status = row.id, row.status
    return {"job_id": number, "task_id": None if job is None else job.id, "status": status,
            "message": MESSAGES[status]}  # fmt: skip


def _kept(
    session: Session, run: BenchmarkRun, request: AnalysisRequest
) -> BenchmarkAnalysis | None:
    table, params = BenchmarkAnalysis, params_hash(request.params)
    query = select(table).where(
        table.run_id == run.id, table.type == request.type, table.params_hash == params
    )
    return session.scalar(query)


def _stale(row: BenchmarkAnalysis, run: BenchmarkRun) -> bool:
    """Return whether an analysis failed, or has not seen every answer of its run."""
    return row.status == FAILED or (row.status == COMPLETED and row.revision != run.revision)


def _queued(
    unit: UnitOfWork, run: BenchmarkRun, request: AnalysisRequest, row: BenchmarkAnalysis | None
) -> tuple[BenchmarkAnalysis, Job]:
    row = _begun(unit.session, run, request, row)
    unit.session.flush()
    subject = subject_of_analysis(row.id)
    job = NewJob(kind=JOB_KIND, queue=IO, subject=subject, owner_id=run.owner_id)
    return row, unit.enqueue(job)


def _begun(
    session: Session, run: BenchmarkRun, request: AnalysisRequest, row: BenchmarkAnalysis | None
) -> BenchmarkAnalysis:
    """Return the row as it is before its first result; a file that it names stays until then."""
    if row is None:
        row = BenchmarkAnalysis(run_id=run.id, type=request.type, params=request.params)
        row.params_hash = params_hash(request.params)
        session.add(row)
    row.status, row.created_at = PENDING, now()
    row.started_at = row.finished_at = row.error = row.summary = row.revision = None
    return row


def _answered(
    database: Database, actor: Actor, run_id: str, request: AnalysisRequest
) -> dict[str, Any]:
    """Compute an analysis in the request and keep it."""
    with database.read() as session:
        run = visible_benchmark(session, actor, run_id)
    began = now()
    summary = summary_of(database, run, request.type, request.params)
    with database.write() as unit:
        known = visible_benchmark(unit.session, actor, run_id)
        unit.session.refresh(known, with_for_update=True)
        row = _begun(unit.session, known, request, _kept(unit.session, known, request))
        row.status, row.summary, row.revision = COMPLETED, summary, run.revision
        row.started_at, row.finished_at = began, now()
        unit.session.flush()
        return {"job_id": row.id, "task_id": None, "status": COMPLETED,
                "message": MESSAGES[COMPLETED]}  # fmt: skip
