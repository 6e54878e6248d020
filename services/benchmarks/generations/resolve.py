"""Finding an attribute generation by its number, and the texts that prompts show of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.access import can_edit, visible
from app.auth.actor import Actor
from app.auth.views import note_view
from app.errors import Forbidden
from app.ids import parse_id
from app.models.attribute_generation import AttributeGeneration, GeneratedText
from services.benchmarks.generations.errors import GenerationNotFound, GenerationUnusable

Texts = Mapping[int, Mapping[str, str]]  # by persona, by key


def visible_generation(
    session: Session, actor: Actor, generation_id: int | str
) -> AttributeGeneration:
    """Return the generation. Raises Invalid for what is no number, and GenerationNotFound."""
    number = (
        parse_id(generation_id, "attrgen_run_id")
        if isinstance(generation_id, str)
        else generation_id
    )
    mine = visible(AttributeGeneration, actor)
    row = session.scalar(select(AttributeGeneration).where(AttributeGeneration.id == number, mine))
    if row is None:
        raise GenerationNotFound(f"There is no attribute generation {number}.")
    note_view(actor, row)
    return row


def editable_generation(
    session: Session, actor: Actor, generation_id: int | str
) -> AttributeGeneration:
    """Return the generation, locked; raises as ``visible_generation``, and Forbidden."""
    row = visible_generation(session, actor, generation_id)
    if not can_edit(actor, row):
        raise Forbidden("This generation is shared with you to read: its owner changes it.")
    session.refresh(row, with_for_update=True)
    return row


def usable_generation(
    session: Session, actor: Actor, generation_id: int, set_id: int
) -> AttributeGeneration:
    """Return a complete generation about the personas of a set, kept until the commit.

    Raises GenerationNotFound and GenerationUnusable, both at the field attrgen_run_id.
    """
    try:
        row = visible_generation(session, actor, generation_id)
    except GenerationNotFound as unknown:
        unknown.errors = {"attrgen_run_id": [unknown.detail]}
        raise
    session.refresh(row, with_for_update={"read": True})
    if row.set_id != set_id:
        raise _unusable(
            f"Attribute generation {row.id} is about data set {row.set_id}, not {set_id}: choose "
            "one about the personas of this run."
        )
    if row.texts_hash is None:
        raise _unusable(
            f"Attribute generation {row.id} is not complete: wait for it, or resume it, until "
            "every persona has its texts."
        )
    return row


def _unusable(detail: str) -> GenerationUnusable:
    return GenerationUnusable(detail, errors={"attrgen_run_id": [detail]})


def texts_for(
    session: Session, manifest: Mapping[str, Any], persona_ids: Sequence[int] | None = None
) -> Texts:
    """Return the texts that the prompts of a benchmark show, of all or of these personas."""
    used = manifest.get("attrgen")
    return {} if used is None else texts_of(session, used["run_id"], persona_ids)


def texts_of(
    session: Session, generation_id: int, persona_ids: Sequence[int] | None = None
) -> Texts:
    """Return the texts of a generation by persona and key."""
    query = select(GeneratedText.persona_id, GeneratedText.key, GeneratedText.value).where(
        GeneratedText.generation_id == generation_id
    )
    if persona_ids is not None:
        query = query.where(GeneratedText.persona_id.in_(persona_ids))
    texts: dict[int, dict[str, str]] = {}
    for persona_id, key, value in session.execute(query):
        texts.setdefault(persona_id, {})[key] = value
    return texts
