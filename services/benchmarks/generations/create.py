"""Starting an attribute generation: its manifest, its row and its job, in one commit."""

from dataclasses import asdict

from sqlalchemy.orm import Session

from app.auth.access import require_member
from app.auth.actor import Actor
from app.auth.audit import record
from app.clock import now
from app.db.engine import Database
from app.db.uow import UnitOfWork
from app.models.attribute_generation import AttributeGeneration
from app.models.benchmark import BenchmarkModel
from services.benchmarks.generations.job_sync import queue_generation
from services.benchmarks.generations.manifest import make_generation_manifest
from services.benchmarks.generations.topics import generation_subject
from services.benchmarks.generations.types import GenerationRequest
from services.benchmarks.runs.cost import require_prices
from services.benchmarks.runs.create import hold_personas
from services.benchmarks.runs.design import model_named, personas_in, set_of_run
from services.benchmarks.runs.manifest import Manifest


def start_generation(database: Database, actor: Actor, request: GenerationRequest) -> int:
    """Queue an attribute generation and return its number; raises as ``add_generation``."""
    with database.write() as unit:
        return add_generation(unit, actor, request).id


def add_generation(
    unit: UnitOfWork, actor: Actor, request: GenerationRequest
) -> AttributeGeneration:
    """Queue an attribute generation in the caller's transaction.

    Raises PersonaSetNotFound, UnknownName for a model that is not there, and NothingToAsk.
    """
    require_member(actor)
    hold_personas(unit.session, request.dataset_id)
    personas_of = set_of_run(unit.session, actor, request.dataset_id)
    model = model_named(unit.session, actor, request.model_name)
    require_prices(model, request.endpoint.cost_limit)
    personas = personas_in(unit.session, personas_of)
    manifest = make_generation_manifest(request, personas_of, personas)
    row = _row(actor, request, model, manifest, len(personas))
    unit.session.add(row)
    unit.session.flush()
    queue_generation(unit, row)
    detail = {"name": row.name, "model": model.name, "dataset": personas_of.id}
    record(unit, actor, "attribute_generation_started", generation_subject(row.id), detail)
    return row


def check_generation(session: Session, actor: Actor, request: GenerationRequest) -> None:
    """Refuse what ``add_generation`` would refuse, and store nothing."""
    require_member(actor)
    personas_in(session, set_of_run(session, actor, request.dataset_id))
    model = model_named(session, actor, request.model_name)
    require_prices(model, request.endpoint.cost_limit)


def _row(
    actor: Actor,
    request: GenerationRequest,
    model: BenchmarkModel,
    manifest: Manifest,
    total: int,
) -> AttributeGeneration:
    return AttributeGeneration(
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
        created_at=now(),
    )
