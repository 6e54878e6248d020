"""Resuming an attribute generation: a new job asks for the personas without texts."""

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
from app.jobs import states
from app.jobs.engine import newest_job
from app.models.attribute_generation import AttributeGeneration, GenerationFailure
from app.models.benchmark import BenchmarkModel
from services.benchmarks.generations.counts import counts_of_generations
from services.benchmarks.generations.errors import GenerationNotOver
from services.benchmarks.generations.job_sync import queue_generation
from services.benchmarks.generations.resolve import editable_generation
from services.benchmarks.generations.topics import generation_subject
from services.benchmarks.runs.cost import require_money_left
from services.benchmarks.runs.types import EndpointSettings


def resume_generation(
    database: Database, actor: Actor, generation_id: str, endpoint: Mapping[str, Any]
) -> int:
    """Queue a generation that is over again and return its number.

    ``endpoint`` is what changes of how the server is called. Raises GenerationNotOver while it
    waits or runs, Conflict where every persona has its texts, and Invalid where its limit of cost
    is used up.
    """
    with database.write() as unit:
        row = editable_generation(unit.session, actor, generation_id)
        requeue_generation(unit, actor, row, endpoint)
        return row.id


def retry_generation(retry: Retry) -> None:
    """Queue a generation again that failed, its server called as before; raises as above."""
    resume_generation(retry.database, retry.actor, retry.number, {})


def requeue_generation(
    unit: UnitOfWork, actor: Actor, row: AttributeGeneration, endpoint: Mapping[str, Any]
) -> None:
    """Queue a locked generation again; raises as ``resume_generation``."""
    row.endpoint = require_resumable_generation(unit.session, row, endpoint)
    failures = delete(GenerationFailure).where(GenerationFailure.generation_id == row.id)
    unit.session.execute(failures)
    queue_generation(unit, row)
    record(unit, actor, "attribute_generation_resumed", generation_subject(row.id))


def require_resumable_generation(
    session: Session, row: AttributeGeneration, endpoint: Mapping[str, Any]
) -> dict[str, Any]:
    """Return how the server is called from now on; raises as ``resume_generation``."""
    previous = newest_job(session, generation_subject(row.id), lock=True)
    if previous is not None and previous.state not in states.TERMINAL:
        raise GenerationNotOver(
            f"Attribute generation {row.id} is {previous.state}: it goes on by itself."
        )
    if not counts_of_generations(session, [row])[row.id].missing:
        raise Conflict(f"Attribute generation {row.id} has all texts: nothing is missing.")
    settings = asdict(replace(EndpointSettings(**row.endpoint), **endpoint))
    require_money_left(row, session.get_one(BenchmarkModel, row.model_id), settings)
    return settings
