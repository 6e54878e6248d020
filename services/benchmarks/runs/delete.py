"""Deleting a benchmark run with its answers, jobs and events."""

from sqlalchemy import delete, select

from app.auth.actor import Actor
from app.auth.audit import record
from app.db.engine import Database
from app.db.uow import UnitOfWork
from app.jobs import states
from app.jobs.engine import newest_job
from app.models.benchmark import (
    BenchmarkAnalysis,
    BenchmarkAnswer,
    BenchmarkCache,
    BenchmarkFailure,
    BenchmarkRun,
)
from app.models.event import EventRow, Topic
from app.models.job import Job
from services.benchmarks.analysis_jobs.job_sync import subject_of_analysis
from services.benchmarks.errors import BenchmarkNotOver
from services.benchmarks.resolve import editable_benchmark
from services.benchmarks.topics import subject_of
from services.benchmarks.warm_up.job_sync import warm_up_of

TABLES = (BenchmarkAnswer, BenchmarkFailure, BenchmarkCache, BenchmarkAnalysis)


def delete_benchmark(database: Database, actor: Actor, run_id: str) -> int:
    """Delete the run and return its number. Raises BenchmarkNotOver while it waits or runs."""
    with database.write() as unit:
        run = editable_benchmark(unit.session, actor, run_id)
        remove_benchmark(unit, actor, run)
        return run.id


def remove_benchmark(unit: UnitOfWork, actor: Actor, run: BenchmarkRun) -> None:
    """Delete a locked run. Raises BenchmarkNotOver while it waits or runs."""
    subject = subject_of(run.id)
    job = newest_job(unit.session, subject, lock=True)
    if job is not None and job.state not in states.TERMINAL:
        raise BenchmarkNotOver(f"Benchmark {run.id} is {job.state}: stop it first.")
    analyses = select(BenchmarkAnalysis.id).where(BenchmarkAnalysis.run_id == run.id)
    named = [subject_of_analysis(number) for number in unit.session.scalars(analyses)]
    for table in TABLES:
        unit.session.execute(delete(table).where(table.run_id == run.id))
    unit.session.execute(delete(EventRow).where(EventRow.topic == subject))
    unit.session.execute(delete(Topic).where(Topic.name == subject))
    unit.session.execute(delete(Job).where(Job.subject.in_((subject, warm_up_of(run.id), *named))))
    unit.session.execute(delete(BenchmarkRun).where(BenchmarkRun.id == run.id))
    record(unit, actor, "benchmark_deleted", subject, {"name": run.name})
