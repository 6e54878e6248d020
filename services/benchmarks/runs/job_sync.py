"""The job of a benchmark run: what its pages are shown when its state changes."""

from app.clock import now
from app.db.uow import NewJob, UnitOfWork
from app.jobs import states
from app.jobs.queues import BENCHMARKS
from app.models.benchmark import BenchmarkRun
from app.models.job import Job
from services.benchmarks.events import BenchmarkStateChanged
from services.benchmarks.topics import benchmark_id_of, subject_of

JOB_KIND = "ask_model"


def queue_benchmark(unit: UnitOfWork, run: BenchmarkRun) -> Job:
    """Queue a job for the items that have no answer yet, and publish that."""
    subject = subject_of(run.id)
    job = unit.enqueue(
        NewJob(kind=JOB_KIND, queue=BENCHMARKS, subject=subject, owner_id=run.owner_id)
    )
    run.finished_at = None
    follow_benchmark(unit, job)
    return job


def follow_benchmark(unit: UnitOfWork, job: Job) -> None:
    """Bring the run in line with its job: the observer of benchmark jobs.

    A run that was deleted has nobody who follows it.
    """
    run = unit.session.get(BenchmarkRun, benchmark_id_of(job.subject))
    if run is None:
        return
    if job.state == states.RUNNING:
        run.started_at = run.started_at or now()
    if job.state in states.TERMINAL:
        run.finished_at = now()
    detail = job.error["detail"] if job.error else None
    event = BenchmarkStateChanged(run_id=run.id, state=job.state, detail=detail)
    unit.publish(subject_of(run.id), event)
    if job.state == states.FAILED:  # the owner's inbox has it from now on
        unit.publish(f"user:{run.owner_id}", event)
