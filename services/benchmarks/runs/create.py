"""Starting a benchmark: its manifest, its row and its job, in one commit."""

from dataclasses import asdict

from sqlalchemy.orm import Session

from app.auth.access import require_member
from app.auth.actor import Actor
from app.auth.audit import record
from app.clock import now
from app.db.engine import Database
from app.models.benchmark import BenchmarkModel, BenchmarkRun
from app.models.persona import PersonaSet
from services.benchmarks.runs.design import RunDesign, model_named, read_design
from services.benchmarks.runs.job_sync import queue_benchmark
from services.benchmarks.runs.manifest import Manifest, make_manifest
from services.benchmarks.runs.types import BenchmarkRequest
from services.benchmarks.topics import subject_of


def start_benchmark(database: Database, actor: Actor, request: BenchmarkRequest) -> int:
    """Queue a benchmark and return its number.

    Raises PersonaSetNotFound, UnknownName for a model, a trait or a baseline that is not there,
    NothingToAsk where no item would be asked; nothing is stored then.
    """
    require_member(actor)
    with database.write() as unit:
        _lock(unit.session, request.dataset_id)
        design = read_design(unit.session, actor, request)
        model = model_named(unit.session, actor, request.model_name)
        manifest = make_manifest(request, design.personas_of, design.personas, design.traits)
        run = _row(actor, design, model, manifest)
        unit.session.add(run)
        unit.session.flush()
        queue_benchmark(unit, run)
        detail = {"name": run.name, "model": model.name, "dataset": design.personas_of.id}
        record(unit, actor, "benchmark_started", subject_of(run.id), detail)
        return run.id


def _lock(session: Session, set_id: int) -> None:
    """Hold the set against changes of its people until the commit, if there is one."""
    session.get(PersonaSet, set_id, with_for_update={"read": True})


def _row(
    actor: Actor, design: RunDesign, model: BenchmarkModel, manifest: Manifest
) -> BenchmarkRun:
    request = design.request
    return BenchmarkRun(
        name=request.name or f"{model.name}, {now():%Y-%m-%d %H:%M}",
        owner_id=actor.user_id,
        visibility=request.visibility,
        set_id=request.dataset_id,
        model_id=model.id,
        model_name=model.name,
        manifest=dict(manifest.content),
        manifest_hash=manifest.hash,
        endpoint=asdict(request.endpoint),
        total=design.total,
        created_at=now(),
    )
