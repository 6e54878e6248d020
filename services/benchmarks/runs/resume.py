"""Resuming a benchmark: a new job asks what has no answer yet, failures included."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.auth.audit import record
from app.db.engine import Database
from app.db.uow import UnitOfWork
from app.domains import Retry
from app.errors import Conflict
from app.ids import parse_id
from app.jobs import states
from app.jobs.engine import newest_job
from app.models.benchmark import BenchmarkFailure, BenchmarkModel, BenchmarkRun
from app.models.job import Job
from services.benchmarks.errors import BenchmarkNotOver, ManifestFixed, NotResumable
from services.benchmarks.resolve import editable_benchmark
from services.benchmarks.runs.cost import require_money_left
from services.benchmarks.runs.counts import counts_of
from services.benchmarks.runs.job_sync import queue_benchmark
from services.benchmarks.runs.origin import is_imported
from services.benchmarks.runs.types import BenchmarkResume, EndpointSettings
from services.benchmarks.topics import subject_of


def resume_benchmark(database: Database, actor: Actor, request: BenchmarkResume) -> int:
    """Queue a run that is over again and return its number.

    Raises ManifestFixed where the manifest has another value than the request assumes,
    BenchmarkNotOver while it waits or runs, Conflict where every item has its answer,
    NotResumable for a run that was imported, Invalid where its limit of cost is used up.
    """
    with database.write() as unit:
        run = editable_benchmark(unit.session, actor, request.run_id)
        require_same(run, request.fixed)
        requeue_benchmark(unit, actor, run, request.endpoint)
        return run.id


def retry_benchmark(retry: Retry) -> None:
    """Queue a run again that failed, its server called as before; raises as above."""
    request = BenchmarkResume(run_id=parse_id(retry.number), endpoint={})
    resume_benchmark(retry.database, retry.actor, request)


def requeue_benchmark(
    unit: UnitOfWork, actor: Actor, run: BenchmarkRun, endpoint: Mapping[str, Any]
) -> Job:
    """Queue a locked run again and return its job; raises as ``resume_benchmark``."""
    run.endpoint = require_resumable(unit.session, run, endpoint)
    unit.session.execute(delete(BenchmarkFailure).where(BenchmarkFailure.run_id == run.id))
    run.revision += 1
    job = queue_benchmark(unit, run)
    record(unit, actor, "benchmark_resumed", subject_of(run.id))
    return job


def require_resumable(
    session: Session, run: BenchmarkRun, endpoint: Mapping[str, Any]
) -> dict[str, Any]:
    """Return how the server is called from now on; raises as ``resume_benchmark``."""
    if is_imported(run.manifest):
        raise NotResumable(f"Benchmark {run.id} was imported: there is no server to ask again.")
    previous = newest_job(session, subject_of(run.id), lock=True)
    if previous is not None and previous.state not in states.TERMINAL:
        raise BenchmarkNotOver(f"Benchmark {run.id} is {previous.state}: it goes on by itself.")
    if not counts_of(session, [run])[run.id].missing:
        raise Conflict(f"Benchmark {run.id} has an answer to every item: nothing is missing.")
    settings = asdict(replace(EndpointSettings(**run.endpoint), **endpoint))
    require_money_left(run, session.get_one(BenchmarkModel, run.model_id), settings)
    return settings


def require_same(run: BenchmarkRun, fixed: Mapping[str, Any]) -> None:
    """Raise ManifestFixed for every value that differs from the run's."""
    parts = (part for name, part in run.manifest.items() if name != "attrgen")
    known = {"dataset_id": run.set_id, "model_name": run.model_name}
    known["attrgen_run_id"] = run.attrgen_run_id
    for part in parts:
        known |= part if isinstance(part, dict) else {}
    wrong = {
        name: [f"{name} is {value!r}, but this run has {known[name]!r}: start another run."]
        for name, value in fixed.items()
        if name in known and known[name] != value
    }
    if wrong:
        raise ManifestFixed(" ".join(one for (one,) in wrong.values()), errors=wrong)
