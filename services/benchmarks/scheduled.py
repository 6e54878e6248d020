"""What schedules of the kind ``benchmark.run`` do; ``schedule`` declares the kind."""

from typing import Any

from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.db.uow import UnitOfWork
from app.models.benchmark import BenchmarkRun
from app.models.job import Job
from app.topics import number_of
from services.benchmarks.runs.counts import counts_of
from services.benchmarks.runs.create import add_benchmark, check_benchmark
from services.benchmarks.runs.resume import requeue_benchmark
from services.benchmarks.runs.types import BenchmarkRequest, EndpointSettings
from services.benchmarks.topics import KIND, benchmark_id_of
from services.scheduler.kinds.types import Beginning, Params

ENDPOINT = ("requests_per_minute", "timeout_seconds", "cost_limit")


def _request(params: Params, name: str | None, visibility: str) -> BenchmarkRequest:
    values = dict(params)
    endpoint = {"concurrency": values.pop("batch_size")}
    endpoint |= {field: values.pop(field) for field in ENDPOINT}
    settings = EndpointSettings(**endpoint)
    return BenchmarkRequest(**values, name=name, visibility=visibility, endpoint=settings)


def check_scheduled(session: Session, actor: Actor, params: Params) -> None:
    """Refuse what a run of a schedule could not be, as ``check_benchmark`` does."""
    check_benchmark(session, actor, _request(params, None, "private"))


def begin_benchmark(unit: UnitOfWork, beginning: Beginning) -> Job:
    """Start a run, or let the run of the attempt before ask what has no answer yet."""
    run = _unfinished(unit, beginning)
    if run is not None:
        return requeue_benchmark(unit, beginning.actor, run, {})
    request = _request(beginning.params, beginning.name, beginning.visibility)
    return add_benchmark(unit, beginning.actor, request)[1]


def _unfinished(unit: UnitOfWork, beginning: Beginning) -> BenchmarkRun | None:
    """Return the run of the attempt before if there is something left to ask."""
    number = number_of(KIND, beginning.previous or "")
    run = None if number is None else unit.session.get(BenchmarkRun, number, with_for_update=True)
    if run is None or not counts_of(unit.session, [run])[run.id].missing:
        return None
    return run


def benchmark_result(session: Session, job: Job) -> dict[str, Any]:
    """Return which run it was, and how many of its items have an answer."""
    number = benchmark_id_of(job.subject)
    run = session.get(BenchmarkRun, number)
    counts = {} if run is None else counts_of(session, [run])
    known = {"benchmark_run_id": number}
    for one in counts.values():
        known |= {"done": one.done, "failed": one.failed, "total": one.total}
    return known
