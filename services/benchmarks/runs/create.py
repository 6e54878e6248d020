"""Starting a benchmark: its manifest, its row and its job, in one commit."""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.access import require_member, visible
from app.auth.actor import Actor
from app.auth.audit import record
from app.clock import now
from app.db.engine import Database
from app.db.uow import UnitOfWork
from app.models.attribute_generation import AttributeGeneration
from app.models.benchmark import BenchmarkModel, BenchmarkRun
from app.models.persona import Persona, PersonaSet, Trait
from services.benchmarks.domain.attributes import nearest
from services.benchmarks.domain.items import count_items
from services.benchmarks.errors import NothingToAsk, UnknownName
from services.benchmarks.generations.resolve import usable_generation
from services.benchmarks.personas.errors import PersonaSetNotFound
from services.benchmarks.personas.resolve import visible_set
from services.benchmarks.runs.job_sync import queue_benchmark
from services.benchmarks.runs.manifest import Manifest, make_manifest
from services.benchmarks.runs.types import BenchmarkRequest
from services.benchmarks.topics import subject_of


def start_benchmark(database: Database, actor: Actor, request: BenchmarkRequest) -> int:
    """Queue a benchmark and return its number.

    Raises PersonaSetNotFound, UnknownName for a model or a trait that is not there, NothingToAsk
    where no item would be asked, and what ``usable_generation`` raises; nothing is stored then.
    """
    with database.write() as unit:
        return add_benchmark(unit, actor, request).id


def add_benchmark(unit: UnitOfWork, actor: Actor, request: BenchmarkRequest) -> BenchmarkRun:
    """Queue a benchmark in the caller's transaction; raises as ``start_benchmark``."""
    require_member(actor)
    run = benchmark_row(unit.session, actor, request)
    unit.session.add(run)
    unit.session.flush()
    queue_benchmark(unit, run)
    detail = {"name": run.name, "model": run.model_name, "dataset": run.set_id}
    record(unit, actor, "benchmark_started", subject_of(run.id), detail)
    return run


def check_benchmark(session: Session, actor: Actor, request: BenchmarkRequest) -> None:
    """Refuse what ``add_benchmark`` would refuse, and store nothing."""
    require_member(actor)
    benchmark_row(session, actor, request)


def benchmark_row(session: Session, actor: Actor, request: BenchmarkRequest) -> BenchmarkRun:
    """Return a run that is not stored yet; raises as ``start_benchmark``."""
    personas_of = set_of_run(session, actor, request.dataset_id)
    model = model_named(session, actor, request.model_name)
    generation = _generation(session, actor, request)
    personas = personas_in(session, personas_of)
    traits = _traits(session, actor, request.trait_ids)
    manifest = make_manifest(request, personas_of, personas, traits, generation)
    total = _total(request, len(personas), len(traits))
    return _row(actor, request, model, manifest, total)


def _generation(
    session: Session, actor: Actor, request: BenchmarkRequest
) -> AttributeGeneration | None:
    number = request.attrgen_run_id
    if number is None:
        return None
    return usable_generation(session, actor, number, request.dataset_id)


def set_of_run(session: Session, actor: Actor, number: int) -> PersonaSet:
    """Return the set, locked against changes of its people until the commit."""
    try:
        row = visible_set(session, actor, number)
    except PersonaSetNotFound as unknown:
        unknown.errors = {"dataset_id": [unknown.detail]}
        raise
    session.refresh(row, with_for_update={"read": True})
    return row


def model_named(session: Session, actor: Actor, name: str) -> BenchmarkModel:
    """Return the actor's model of this name, else one that is shared. Raises UnknownName."""
    mine = visible(BenchmarkModel, actor)
    rows = session.scalars(select(BenchmarkModel).where(BenchmarkModel.name == name, mine)).all()
    own = [row for row in rows if row.owner_id == actor.user_id]
    if not rows:
        names = session.scalars(select(BenchmarkModel.name).where(mine)).all()
        close = nearest(name, names)
        hint = f" Did you mean '{close}'?" if close else ""
        detail = f"There is no model '{name}'.{hint}"
        raise UnknownName(detail, errors={"model_name": [detail]})
    return (own or list(rows))[0]


def personas_in(session: Session, personas_of: PersonaSet) -> Sequence[Persona]:
    """Return the personas of a set in their order. Raises NothingToAsk where there is none."""
    query = select(Persona).where(Persona.set_id == personas_of.id).order_by(Persona.id)
    rows = session.scalars(query).all()
    if not rows:
        detail = f"Data set '{personas_of.name}' has no persona: add some first."
        raise NothingToAsk(detail, errors={"dataset_id": [detail]})
    return rows


def _traits(session: Session, actor: Actor, chosen: Sequence[int] | None) -> Sequence[Trait]:
    query = select(Trait).where(Trait.is_active, visible(Trait, actor)).order_by(Trait.id)
    rows = session.scalars(query).all()
    if chosen is not None:
        known = {row.id for row in rows}
        for number in chosen:
            if number not in known:
                detail = f"trait_ids has {number}, which is no active trait."
                raise UnknownName(detail, errors={"trait_ids": [detail]})
        rows = [row for row in rows if row.id in set(chosen)]
    if not rows:
        detail = "No trait is active: switch one on, or add one."
        raise NothingToAsk(detail, errors={"trait_ids": [detail]})
    return rows


def _total(request: BenchmarkRequest, personas: int, traits: int) -> int:
    variants = len(request.wordings) * len(request.cues) * request.repeats
    return count_items(personas, traits, request.dual_fraction).total * variants


def _row(
    actor: Actor,
    request: BenchmarkRequest,
    model: BenchmarkModel,
    manifest: Manifest,
    total: int,
) -> BenchmarkRun:
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
        total=total,
        attrgen_run_id=request.attrgen_run_id,
        created_at=now(),
    )
