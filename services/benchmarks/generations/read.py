"""Attribute generations as lists and pages show them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.access import can_edit, visible
from app.auth.actor import Actor
from app.db.engine import Database
from app.db.pages import Page, read_page
from app.models.attribute_generation import AttributeGeneration
from app.models.benchmark import BenchmarkModel
from app.models.job import Job
from app.models.persona import PersonaSet
from services.benchmarks.generations.counts import (
    count_benchmarks,
    counts_of_generations,
    failures_of_generation,
)
from services.benchmarks.generations.resolve import visible_generation
from services.benchmarks.generations.reveals import revealed_in
from services.benchmarks.generations.topics import generation_subject
from services.benchmarks.generations.types import GenerationDetail, GenerationSummary
from services.benchmarks.runs.cost import price
from services.benchmarks.runs.read import newest_jobs
from services.benchmarks.runs.words import status_word


def list_generations(
    database: Database,
    actor: Actor,
    limit: int,
    offset: int,
    dataset_id: int | None = None,
    *,
    is_complete: bool | None = None,
) -> Page[GenerationSummary]:
    """Return the generations that the actor may see, the newest first."""
    query = select(AttributeGeneration).where(visible(AttributeGeneration, actor))
    if dataset_id is not None:
        query = query.where(AttributeGeneration.set_id == dataset_id)
    if is_complete is not None:
        query = query.where(AttributeGeneration.texts_hash.is_not(None) == is_complete)
    with database.read() as session:
        order = AttributeGeneration.id.desc()
        page = read_page(session, query, order, limit=limit, offset=offset)
        return page.of(summaries_of_generations(session, page.items))


def read_generation(database: Database, actor: Actor, generation_id: str) -> GenerationDetail:
    """Return one generation. Raises what ``visible_generation`` raises."""
    with database.read() as session:
        row = visible_generation(session, actor, generation_id)
        (summary,) = summaries_of_generations(session, [row])
        return GenerationDetail(
            summary=summary,
            manifest=row.manifest,
            manifest_hash=row.manifest_hash,
            texts_hash=row.texts_hash,
            endpoint=row.endpoint,
            probe=row.probe,
            failures=failures_of_generation(session, row.id),
            reveals=revealed_in(session, row),
            num_runs=count_benchmarks(session, row.id),
            can_edit=can_edit(actor, row),
        )


def summaries_of_generations(
    session: Session, rows: Sequence[AttributeGeneration]
) -> list[GenerationSummary]:
    """Return what lists show of these generations, in five statements however many they are."""
    counts = counts_of_generations(session, rows)
    jobs = newest_jobs(session, [generation_subject(row.id) for row in rows])
    sets = {row.set_id for row in rows}
    people = {
        one.id: one for one in session.scalars(select(PersonaSet).where(PersonaSet.id.in_(sets)))
    }
    ids = {row.model_id for row in rows}
    models = {
        one.id: one
        for one in session.scalars(select(BenchmarkModel).where(BenchmarkModel.id.in_(ids)))
    }
    return [
        _summary(
            row,
            jobs.get(generation_subject(row.id)),
            counts=counts[row.id],
            dataset_name=people[row.set_id].name,
            reveals_private_data=people[row.set_id].visibility == "private",
            cost=price(models[row.model_id], row.prompt_tokens, row.completion_tokens),
            currency=models[row.model_id].currency,
        )
        for row in rows
    ]


def _summary(row: AttributeGeneration, job: Job | None, **more: Any) -> GenerationSummary:
    return GenerationSummary(
        id=row.id,
        name=row.name,
        owner_id=row.owner_id,
        visibility=row.visibility,
        model_name=row.model_name,
        dataset_id=row.set_id,
        language=row.manifest["prompt"]["language"],
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        state="unknown" if job is None else job.state,
        status=status_word(None if job is None else job.state, more["counts"]),
        error=job.error["detail"] if job is not None and job.error else None,
        is_complete=row.texts_hash is not None,
        prompt_tokens=row.prompt_tokens,
        completion_tokens=row.completion_tokens,
        **more,
    )
