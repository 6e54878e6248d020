"""The personas of an attribute generation with what was written about them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.db.engine import Database
from app.db.pages import Page, read_page
from app.models.attribute_generation import (
    AttributeGeneration,
    GeneratedText,
    GenerationFailure,
)
from app.models.persona import Persona
from services.benchmarks.generations.resolve import texts_of, visible_generation
from services.benchmarks.generations.types import DescribedPerson


def list_described(
    database: Database, actor: Actor, generation_id: str, limit: int, offset: int
) -> Page[DescribedPerson]:
    """Return the personas of a generation with their texts, in the order of the set."""
    with database.read() as session:
        row = visible_generation(session, actor, generation_id)
        query = select(Persona).where(Persona.set_id == row.set_id)
        page = read_page(session, query, Persona.id, limit=limit, offset=offset)
        return page.of(_described(session, row, page.items))


def _described(
    session: Session, row: AttributeGeneration, personas: Sequence[Persona]
) -> list[DescribedPerson]:
    ids = [one.id for one in personas]
    texts = texts_of(session, row.id, ids)
    attempts = {one.persona_id: one for one in _rows(session, GeneratedText, row.id, ids)}
    failures = {one.persona_id: one for one in _rows(session, GenerationFailure, row.id, ids)}
    return [
        DescribedPerson(
            persona_id=one.id,
            persona_uuid=one.uuid,
            attempt=getattr(attempts.get(one.id) or failures.get(one.id), "attempt", None),
            texts=texts.get(one.id, {}),
            kind=getattr(failures.get(one.id), "kind", None),
        )
        for one in personas
    ]


def _rows(session: Session, table: Any, generation_id: int, ids: Sequence[int]) -> Sequence[Any]:
    query = select(table).where(table.generation_id == generation_id, table.persona_id.in_(ids))
    return session.scalars(query).all()
