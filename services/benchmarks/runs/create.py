"""Starting a benchmark: its manifest, its row and its job, in one commit."""

from dataclasses import asdict

from sqlalchemy.orm import Session

from app.auth.access import require_member
from app.auth.actor import Actor
from app.auth.audit import record
from app.clock import now
from app.db.engine import Database
from app.db.uow import UnitOfWork
from app.models.benchmark import BenchmarkModel, BenchmarkRun
from app.models.job import Job
from app.models.persona import PersonaSet
from services.benchmarks.runs.cost import require_prices
from services.benchmarks.runs.design import RunDesign, model_named, read_design, traits_named
from services.benchmarks.runs.job_sync import queue_benchmark
from services.benchmarks.runs.types import BenchmarkRequest
from services.benchmarks.topics import subject_of


def start_benchmark(database: Database, actor: Actor, request: BenchmarkRequest) -> int:
    """Queue a benchmark and return its number.

    Raises PersonaSetNotFound, UnknownName for a model, a trait or a baseline that is not there,
    NothingToAsk where no item would be asked, Invalid for a limit of cost without prices, and what
    ``usable_generation`` raises; nothing is stored then.
    """
    with database.write() as unit:
        return add_benchmark(unit, actor, request)[0].id


def add_benchmark(
    unit: UnitOfWork, actor: Actor, request: BenchmarkRequest
) -> tuple[BenchmarkRun, Job]:
    """Queue a benchmark in the caller's transaction; raises as ``start_benchmark``."""
    require_member(actor)
    run = benchmark_row(unit.session, actor, request)
    unit.session.add(run)
    unit.session.flush()
    job = queue_benchmark(unit, run)
    detail = {"name": run.name, "model": run.model_name, "dataset": run.set_id}
    record(unit, actor, "benchmark_started", subject_of(run.id), detail)
    return run, job


def check_benchmark(session: Session, actor: Actor, request: BenchmarkRequest) -> None:
    """Refuse what ``add_benchmark`` would refuse, and store nothing."""
    require_member(actor)
    benchmark_row(session, actor, request)


def check_model_and_traits(session: Session, actor: Actor, request: BenchmarkRequest) -> None:
    """Refuse what can be refused before it is known whom the run is about.

    Raises UnknownName for a model or a trait that is not there, and NothingToAsk without traits.
    """
    require_member(actor)
    traits_named(session, actor, request.trait_ids)
    model = model_named(session, actor, request.model_name)
    require_prices(model, request.endpoint.cost_limit)


def benchmark_row(session: Session, actor: Actor, request: BenchmarkRequest) -> BenchmarkRun:
    """Return a run that is not stored yet; raises as ``start_benchmark``."""
    hold_personas(session, request.dataset_id)
    design = read_design(session, actor, request)
    model = model_named(session, actor, request.model_name)
    require_prices(model, request.endpoint.cost_limit)
    return _row(actor, design, model)


def hold_personas(session: Session, set_id: int) -> None:
    """Hold the set against changes of its people until the commit, if there is one."""
    session.get(PersonaSet, set_id, with_for_update={"read": True})


def _row(actor: Actor, design: RunDesign, model: BenchmarkModel) -> BenchmarkRun:
    request, manifest = design.request, design.manifest
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
        attrgen_run_id=request.attrgen_run_id,
        created_at=now(),
    )
