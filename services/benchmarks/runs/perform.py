"""A benchmark as a worker performs it: probe the server, ask what is open, keep each answer."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from app.db.engine import Database
from app.db.uow import UnitOfWork
from app.jobs import states
from app.models.benchmark import BenchmarkModel, BenchmarkRun
from services.benchmarks.errors import CannotScore
from services.benchmarks.events import BenchmarkProbed
from services.benchmarks.generations.resolve import texts_for
from services.benchmarks.runs.counts import counts_of
from services.benchmarks.runs.expected import assumed_tokens
from services.benchmarks.runs.manifest import UNIDENTIFIED, identified
from services.benchmarks.runs.meter import Meter, Tokens, keep_probe
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
    meter: Meter


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
        return BenchmarkTask(
            run_id=run_id,
            plan=plan,
            settled=settled_items(session, plan),
            counts=counts,
            asking=asking,
            meter=_meter(run, model, plan),
        )


def _meter(run: BenchmarkRun, model: BenchmarkModel, plan: ItemPlan) -> Meter:
    limit = EndpointSettings(**run.endpoint).cost_limit
    assumed = assumed_tokens(run.manifest, plan.personas)
    return Meter(model, Tokens.of(run), limit, assumed)


def _probed(task: BenchmarkTask, attempt: FencedAttempt, asker: Asker) -> BenchmarkTask:
    """Probe the server again at each attempt: it may be another one by now."""
    try:
        probe = asker.probe(task.asking, islice(all_items(task.plan), PROBED))
    except CannotScore as refused:
        if refused.probe is not None:
            with attempt.write() as unit:
                _keep_probe(unit, task, refused.probe)
        raise
    with attempt.write() as unit:
        run, meter = _keep_probe(unit, task, probe)
        manifest = identified(run.manifest, probe.get("identity", UNIDENTIFIED))
        run.manifest, run.manifest_hash = dict(manifest.content), manifest.hash
        event = BenchmarkProbed(
            run_id=run.id,
            endpoint=probe.get("endpoint", ""),
            warnings=probe.get("warnings", []),
        )
        unit.publish(subject_of(run.id), event)
    asking = replace(task.asking, probe=probe, manifest=manifest.content)
    return replace(task, asking=asking, meter=meter)


def _keep_probe(
    unit: UnitOfWork, task: BenchmarkTask, probe: Mapping[str, Any]
) -> tuple[BenchmarkRun, Meter]:
    """Store what the server does, and go on counting from there. Raises BenchmarkGone."""
    run = unit.session.get(BenchmarkRun, task.run_id, with_for_update=True)
    if run is None:
        raise BenchmarkGone
    model = unit.session.get_one(BenchmarkModel, run.model_id)
    keep_probe(run, model, probe)
    return run, _meter(run, model, task.plan)


def _ask(task: BenchmarkTask, attempt: FencedAttempt, asker: Asker) -> bool:
    """Ask what is open; return whether a stop came first."""
    traits = {trait["id"]: trait["adjective"] for trait in task.plan.traits}
    report = BenchmarkReport(attempt, task.run_id, task.counts, task.meter, traits)
    with flushing(report) as failed:
        asker.ask(
            task.asking,
            open_items(task.plan, task.settled),
            report.accept,
            lambda: failed() or should_end(attempt),
            report.on_server,
            task.meter,
        )
    report.require_paid()
    return attempt.stop_requested()
