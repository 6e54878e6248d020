"""The job of a warm-up: what the pages of its run are shown when its state changes."""

from app.clock import now
from app.db.uow import UnitOfWork
from app.jobs import states
from app.models.benchmark import BenchmarkRun
from app.models.job import Job
from app.topics import id_of, name_of
from services.benchmarks.events import BenchmarkWarmUp
from services.benchmarks.topics import subject_of
from services.benchmarks.warm_up import record

JOB_KIND = "warm_benchmark"
KIND = "benchmark_warm_up"


def warm_up_of(run_id: int) -> str:
    """Return what jobs call the warm-up of a run."""
    return name_of(KIND, run_id)


def warmed_run(name: str) -> int:
    """Return the id of the run that ``warm_up_of`` named; raises ValueError for others."""
    return id_of(KIND, name)


def follow_warm_up(unit: UnitOfWork, job: Job) -> None:
    """Say in the record that a job failed or was stopped: the observer of warm-up jobs."""
    run = unit.session.get(BenchmarkRun, warmed_run(job.subject))
    if run is None or run.warm_up is None or job.state not in (states.FAILED, states.CANCELLED):
        return
    why = job.error["detail"] if job.error else "It was stopped."
    run.warm_up = record.finished(run.warm_up, now(), why)
    publish_record(unit, run)


def publish_record(unit: UnitOfWork, run: BenchmarkRun) -> None:
    """Publish how far the warm-up of a run is, on its topic."""
    kept = run.warm_up
    if kept is None:
        return
    event = BenchmarkWarmUp(
        run_id=run.id,
        status=kept["status"],
        step=kept["current_step"],
        done=sum(step["ok"] is not None for step in kept["steps"]),
        total=len(kept["steps"]),
    )
    unit.publish(subject_of(run.id), event)
