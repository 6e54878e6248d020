"""How many personas of a generation have their texts, failed or are open."""

from collections.abc import Mapping, Sequence

from sqlalchemy import distinct, func, select
from sqlalchemy.orm import Session

from app.models.attribute_generation import (
    AttributeGeneration,
    GeneratedText,
    GenerationFailure,
)
from app.models.benchmark import BenchmarkRun
from services.benchmarks.runs.types import RunCounts


def counts_of_generations(
    session: Session, rows: Sequence[AttributeGeneration]
) -> dict[int, RunCounts]:
    """Return the counts of each generation, in two statements for all of them."""
    ids = [row.id for row in rows]
    done, failed = (
        _per_generation(session, one, ids) for one in (GeneratedText, GenerationFailure)
    )
    return {
        row.id: RunCounts(done=done.get(row.id, 0), failed=failed.get(row.id, 0), total=row.total)
        for row in rows
    }


def _per_generation(
    session: Session, table: type[GeneratedText | GenerationFailure], ids: Sequence[int]
) -> Mapping[int, int]:
    number = func.count(distinct(table.persona_id))
    query = select(table.generation_id, number).where(table.generation_id.in_(ids))
    return dict(session.execute(query.group_by(table.generation_id)).tuples().all())


def failures_of_generation(session: Session, generation_id: int) -> dict[str, int]:
    """Return how many personas failed, by the kind of failure, in the order of the alphabet."""
    query = (
        select(GenerationFailure.kind, func.count())
        .where(GenerationFailure.generation_id == generation_id)
        .group_by(GenerationFailure.kind)
        .order_by(GenerationFailure.kind)
    )
    return dict(session.execute(query).tuples().all())


def settled_personas(session: Session, generation_id: int) -> set[int]:
    """Return the personas that have texts, or failed since the last resume."""
    return {
        number
        for table in (GeneratedText, GenerationFailure)
        for number in session.scalars(
            select(table.persona_id).where(table.generation_id == generation_id).distinct()
        )
    }


def count_benchmarks(session: Session, generation_id: int) -> int:
    """Return how many benchmark runs show the texts, whosever they are."""
    query = select(func.count()).select_from(BenchmarkRun)
    return session.scalar(query.where(BenchmarkRun.attrgen_run_id == generation_id)) or 0
