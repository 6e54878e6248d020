"""A benchmark as a worker performs it: probe the server, ask what is open, keep each answer."""

from dataclasses import dataclass, replace
from itertools import islice

from app.db.engine import Database
from app.jobs import states
from app.models.benchmark import BenchmarkModel, BenchmarkRun
from services.benchmarks.events import BenchmarkProbed
from services.benchmarks.generations.resolve import texts_for
from services.benchmarks.runs.counts import counts_of
from services.benchmarks.runs.expected import assumed_tokens
from services.benchmarks.runs.manifest import UNIDENTIFIED, identified
from services.benchmarks.runs.open_items import (
    ItemPlan,
    all_items,
    open_items,
    plan_of,
    settled_items,
)
from services.benchmarks.runs.ports import Asker, Asking, KeyReader
from services.benchmarks.runs.report import BenchmarkGone, BenchmarkReport
from services.benchmarks.runs.types import EndpointSettings, RunCounts
from services.benchmarks.runs.writing import flushing, should_end
from services.benchmarks.topics import subject_of
from services.runs.training.ports import FencedAttempt

PROBED = 500  # items of which the longest prompt is probed


@dataclass(frozen=True, kw_only=True)
class BenchmarkTask:
    """One attempt at one run."""

    run_id: int
    plan: ItemPlan
    settled: set[int]
    counts: RunCounts
    asking: Asking


def perform_benchmark(
    run_id: int,
    attempt: FencedAttempt,
    database: Database,
    asker: Asker,
    read_key: KeyReader,
) -> None:
    """Ask every item that has no answer. A stop keeps what was answered.

    Raises CannotScore and CostLimitReached, which fail the job with their sentence. A run that was
    deleted meanwhile is cancelled.
    """
    task = _task(run_id, database, read_key)
    try:
        if task is None:
            raise BenchmarkGone
        stopped = _ask(_probed(task, attempt, asker), attempt, asker)
    except BenchmarkGone:
        stopped = True
    with attempt.write() as unit:
        attempt.finish(unit, states.CANCELLED if stopped else states.SUCCEEDED)


def _task(run_id: int, database: Database, read_key: KeyReader) -> BenchmarkTask | None:
    with database.read() as session:
        run = session.get(BenchmarkRun, run_id)
        if run is None:
            return None
        model = session.get_one(BenchmarkModel, run.model_id)
        counts = counts_of(session, [run])[run.id]
        asking = Asking(
            base_url=model.base_url,
            key=read_key(model),
            manifest=run.manifest,
            endpoint=EndpointSettings(**run.endpoint),
            probe=run.probe or {},
        )
        plan = replace(plan_of(session, run), texts=texts_for(session, run.manifest))
        settled = settled_items(session, plan)
    return BenchmarkTask(run_id=run_id, plan=plan, settled=settled, counts=counts, asking=asking)


def _probed(task: BenchmarkTask, attempt: FencedAttempt, asker: Asker) -> BenchmarkTask:
    """Probe the server again at each attempt: it may be another one by now."""
    probe = asker.probe(task.asking, islice(all_items(task.plan), PROBED))
    with attempt.write() as unit:
        run = unit.session.get(BenchmarkRun, task.run_id)
        if run is None:
            raise BenchmarkGone
        run.probe = probe
        manifest = identified(run.manifest, probe.get("identity", UNIDENTIFIED))
        run.manifest, run.manifest_hash = dict(manifest.content), manifest.hash
        event = BenchmarkProbed(
            run_id=run.id,
            endpoint=probe.get("endpoint", ""),
            warnings=probe.get("warnings", []),
        )
        unit.publish(subject_of(run.id), event)
    asking = replace(task.asking, probe=probe, manifest=manifest.content)
    return replace(task, asking=asking)


def _ask(task: BenchmarkTask, attempt: FencedAttempt, asker: Asker) -> bool:
    """Ask what is open; return whether a stop came first."""
    traits = {trait["id"]: trait["adjective"] for trait in task.plan.traits}
    assumed = assumed_tokens(task.asking.manifest, task.plan.personas)
    report = BenchmarkReport(attempt, task.run_id, task.counts, assumed, traits)
    with flushing(report, task.asking.endpoint.cost_limit) as failed:
        asker.ask(
            task.asking,
            open_items(task.plan, task.settled),
            report.accept,
            lambda: failed() or should_end(attempt),
            report.on_server,
        )
    return attempt.stop_requested()
