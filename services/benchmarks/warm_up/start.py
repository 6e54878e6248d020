"""Starting a warm-up, and looking how far it is."""

from typing import Any

from app.auth.actor import Actor
from app.clock import now
from app.db.engine import Database
from app.db.uow import NewJob, UnitOfWork
from app.jobs import states
from app.jobs.engine import newest_job
from app.jobs.queues import IO
from app.models.benchmark import BenchmarkRun
from services.benchmarks.resolve import visible_benchmark
from services.benchmarks.warm_up import record
from services.benchmarks.warm_up.job_sync import JOB_KIND, publish_record, warm_up_of
from services.benchmarks.warm_up.steps import steps_of


def start_warm_up(database: Database, actor: Actor, run_id: str) -> dict[str, Any]:
    """Queue a warm-up and return its record; while one runs, return that one's."""
    with database.write() as unit:
        run = visible_benchmark(unit.session, actor, run_id)
        queue_warm_up(unit, run)
        return {"run_id": run.id, **(run.warm_up or record.IDLE)}


def queue_warm_up(unit: UnitOfWork, run: BenchmarkRun) -> None:
    """Queue a warm-up of a run, unless one waits or works."""
    unit.session.refresh(run, with_for_update=True)
    job = newest_job(unit.session, warm_up_of(run.id))
    if job is None or job.state in states.TERMINAL:
        run.warm_up = record.queued(steps_of(run), now())
        subject = warm_up_of(run.id)
        unit.enqueue(NewJob(kind=JOB_KIND, queue=IO, subject=subject, owner_id=run.owner_id))
        publish_record(unit, run)


def read_warm_up(database: Database, actor: Actor, run_id: str) -> dict[str, Any]:
    """Return the record of the newest warm-up of a run."""
    with database.read() as session:
        run = visible_benchmark(session, actor, run_id)
        return {"run_id": run.id, **(run.warm_up or record.IDLE)}
