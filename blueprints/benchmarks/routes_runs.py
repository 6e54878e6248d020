"""Benchmark runs: started, listed, followed, stopped, resumed, changed and deleted."""

from typing import Any

from quart import Response

from app.db.pages import Page
from app.http.blueprint import ApiBlueprint, last_step
from app.http.endpoint import body, creates, fails, made, query, returns
from app.http.gate import current_actor
from app.http.resources import resources
from app.http.schemas import PageQuery
from app.http.threads import run_in_thread
from app.ids import parse_id
from app.models.benchmark import BenchmarkRun
from blueprints.benchmarks import schemas_asking as asking
from blueprints.benchmarks import schemas_runs as say
from blueprints.benchmarks import schemas_start as starting
from blueprints.benchmarks.knocking import SHUT, knocked
from blueprints.benchmarks.progress import status_of
from services.benchmarks.knocks.checks import model_of_resume, model_of_start
from services.benchmarks.resolve import naming
from services.benchmarks.runs.acknowledge import acknowledge_benchmark
from services.benchmarks.runs.create import start_benchmark
from services.benchmarks.runs.delete import delete_benchmark
from services.benchmarks.runs.missing import missing_items
from services.benchmarks.runs.read import (
    active_benchmark,
    list_benchmarks,
    list_benchmarks_of,
    read_benchmark,
)
from services.benchmarks.runs.resume import resume_benchmark
from services.benchmarks.runs.sample import start_sample
from services.benchmarks.runs.stop import stop_benchmark
from services.benchmarks.runs.types import (
    BenchmarkDetail,
    BenchmarkRequest,
    BenchmarkResume,
    BenchmarkSummary,
)
from services.benchmarks.runs.update import update_benchmark

runs = ApiBlueprint("benchmarks", __name__, url_prefix="/api/benchmarks")
MISSING = {404: "There is no such benchmark run, or it is not shared with you."}
STARTS = {
    403: "A viewer reads.",
    404: "There is no such data set, attribute generation, or run to resume.",
    409: "The run to resume is not over, has all its answers, or was started with other values; or "
    "the attribute generation is not complete or about other personas.",
    422: SHUT,
}
DONE = {"ok": True}


def _started(run: BenchmarkRun) -> dict[str, Any]:
    return DONE | {"run_id": run.id}


@runs.post("/benchmarks/start", endpoint="start_by_its_old_name")
@runs.post("/start")
@creates
@made(BenchmarkRun, _started)
@body(starting.StartBody())
@returns(starting.RunStarted())
@fails(STARTS)
async def start_benchmark_run(
    body: BenchmarkRequest | BenchmarkResume,
) -> dict[str, Any] | Response:
    """Start a benchmark, or go on with one, once its server lets us in; the work follows.

    A worker knocks at the server first. Where none answers within seconds, or the server does
    not, the run is started all the same and waits for it.
    """
    if isinstance(body, BenchmarkResume):
        return await _resumed(body)
    database, actor = resources().database, current_actor()
    await knocked(actor, lambda session: model_of_start(session, actor, body))
    return DONE | {"run_id": await run_in_thread(start_benchmark, database, actor, body)}


async def _resumed(request: BenchmarkResume) -> Response:
    database, actor = resources().database, current_actor()
    with naming("resume_run_id"):
        await knocked(actor, lambda session: model_of_resume(session, actor, request))
        return await last_step(
            lambda: DONE | {"run_id": resume_benchmark(database, actor, request)}
        )


@runs.post("/sample")
@creates
@made(BenchmarkRun, _started)
@body(starting.SampleBenchmarkBody())
@returns(starting.RunStarted())
def start_sample_benchmark(body: dict[str, Any]) -> dict[str, Any]:
    """Start a benchmark of the platform's own personas and of a model whose bias is known."""
    return DONE | {"run_id": start_sample(resources().database, current_actor(), **body)}


@runs.get("/runs")
@query(say.RunListQuery())
@returns(say.BenchmarkRunPage())
def list_benchmark_runs(query: dict[str, Any]) -> Page[BenchmarkSummary]:
    """List benchmark runs, the newest first."""
    return list_benchmarks(resources().database, current_actor(), **query)


@runs.get("/runs/<run_id>")
@returns(say.BenchmarkDetailView())
@fails(MISSING)
def show_benchmark_run(run_id: str) -> BenchmarkDetail:
    """Show a run with its manifest, and what its server turned out to do."""
    return read_benchmark(resources().database, current_actor(), run_id)


@runs.patch("/runs/<run_id>")
@body(asking.ChangeBody())
@returns(asking.DoneView())
@fails(MISSING)
def change_benchmark_run(run_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Rename a run, or share it."""
    update_benchmark(resources().database, current_actor(), run_id, body)
    return DONE


@runs.post("/runs/<run_id>/acknowledge")
@creates
@returns(asking.DoneView())
@fails(MISSING | {409: "It did not fail."})
def acknowledge_benchmark_run(run_id: str) -> dict[str, Any]:
    """Take a failed run out of what needs attention; once more is no error."""
    acknowledge_benchmark(resources().database, current_actor(), run_id)
    return DONE


@runs.delete("/runs/<run_id>")
@returns(asking.DeletedView())
@fails(MISSING | {409: "It waits or runs: stop it first."})
def delete_benchmark_run(run_id: str) -> dict[str, Any]:
    """Delete a run with all of its answers."""
    delete_benchmark(resources().database, current_actor(), run_id)
    return DONE | {"deleted": 1}


@runs.get("/benchmarks/<run_id>/status", endpoint="status_by_its_old_name")
@runs.get("/<run_id>/status")
@returns(asking.StatusView())
@fails(MISSING)
def show_benchmark_status(run_id: str) -> dict[str, Any]:
    """Say how far a run is."""
    return status_of(read_benchmark(resources().database, current_actor(), run_id).summary)


@runs.post("/benchmarks/<run_id>/cancel", endpoint="cancel_by_its_old_name")
@runs.post("/<run_id>/cancel")
@creates
@returns(asking.DoneView())
@fails(MISSING | {409: "It is over."})
def cancel_benchmark_run(run_id: str) -> dict[str, Any]:
    """Request the end of a run; once more while it ends is no error."""
    stop_benchmark(resources().jobs, current_actor(), run_id)
    return DONE


@runs.post("/<run_id>/resume")
@creates
@body(asking.BenchmarkResumeBody())
@returns(starting.RunStarted())
@fails(MISSING | {409: "It is not over, or every item has its answer.", 422: SHUT})
async def resume_benchmark_run(run_id: str, body: dict[str, Any]) -> Response:
    """Ask again what has no answer, failures included, once the server lets us in."""
    return await _resumed(BenchmarkResume(run_id=parse_id(run_id), endpoint=body))


@runs.get("/runs/<run_id>/missing")
@returns(say.MissingView())
@fails(MISSING)
def show_missing_items(run_id: str) -> dict[str, Any]:
    """Say which items have no answer."""
    missing = missing_items(resources().database, current_actor(), run_id)
    counts = missing.counts
    return DONE | {
        "dataset_id": missing.dataset_id,
        "total": counts.total,
        "done": counts.done,
        "failed": counts.failed,
        "missing": counts.missing,
        "failures": missing.failures,
        "samples": missing.samples,
        "sampling_limited": counts.missing > len(missing.samples),
    }


@runs.get("/datasets/<dataset_id>/benchmarks/active")
@returns(say.ActiveView())
@fails({404: "There is no such data set, or it is not shared with you."})
def show_active_benchmark(dataset_id: str) -> dict[str, Any]:
    """Return the run about a data set that waits or works."""
    parts, actor = resources(), current_actor()
    run = active_benchmark(parts.database, actor, dataset_id)
    if run is None:
        return DONE | {"active": False}
    return status_of(run) | {"active": True, "run_id": run.id}


@runs.get("/datasets/<dataset_id>/runs")
@query(PageQuery())
@returns(say.BenchmarkRunPage())
@fails({404: "There is no such data set, or it is not shared with you."})
def list_benchmarks_of_dataset(dataset_id: str, query: dict[str, Any]) -> Page[BenchmarkSummary]:
    """List the runs about a data set, the newest first."""
    return list_benchmarks_of(resources().database, current_actor(), dataset_id, **query)
