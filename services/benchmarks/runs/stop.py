"""Stopping a benchmark: requests in flight are given up, and what was answered stays."""

from app.auth.actor import Actor
from app.auth.audit import record
from app.jobs import states
from app.jobs.engine import JobEngine, newest_job
from services.benchmarks.resolve import editable_benchmark
from services.benchmarks.topics import subject_of


def stop_benchmark(engine: JobEngine, actor: Actor, run_id: str) -> int:
    """Request the end of a run and return its number; once more while it ends is no error.

    Raises Conflict when it is over.
    """
    with engine.database.write() as unit:
        run = editable_benchmark(unit.session, actor, run_id)
        job = newest_job(unit.session, subject_of(run.id), lock=True)
        if job is None or job.state != states.STOPPING:
            engine.request_stop(unit, subject_of(run.id))
            record(unit, actor, "benchmark_stopped", subject_of(run.id))
        return run.id
