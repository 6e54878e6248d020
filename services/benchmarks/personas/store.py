"""Writing a set with its personas, in the caller's transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from itertools import count
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.models.persona import Persona, PersonaSet
from services.benchmarks.domain.builders.drafts import Twin
from services.benchmarks.domain.persona_rules import CheckedPersona
from services.benchmarks.personas.errors import PersonaSetExists
from services.benchmarks.personas.repository import has_name
from services.datasets.names import MAX_NAME_LENGTH

BATCH = 5000  # rows of one statement


def add_set(session: Session, row: PersonaSet, personas: Sequence[CheckedPersona]) -> None:
    """Write the set and its personas; twins come after their sources, whose ids they need.

    Raises PersonaSetExists where the owner has a set of this name.
    """
    refuse_name(session, row.owner_id, row.name)
    row.num_personas = len(personas)
    session.add(row)
    flush(session, row.name)
    twins = [one for one in personas if one.role == "counterfactual"]
    insert_personas(session, row.id, (one for one in personas if one.role != "counterfactual"), {})
    if twins:
        query = select(Persona.uuid, Persona.id).where(Persona.set_id == row.id)
        insert_personas(session, row.id, twins, dict(session.execute(query).tuples().all()))


def paired(twins: Iterable[Twin], sources: Iterable[CheckedPersona]) -> list[CheckedPersona]:
    """Return sources and their twins as the personas of one set."""
    return [
        *sources,
        *(
            CheckedPersona(
                draft=twin.persona,
                role="counterfactual",
                source_uuid=twin.source_uuid,
                changed_attribute=twin.changed_attribute,
                from_value=twin.from_value,
                to_value=twin.to_value,
            )
            for twin in twins
        ),
    ]


def refuse_name(session: Session, owner_id: int | None, name: str, but: int | None = None) -> None:
    """Raise PersonaSetExists where the owner has another set of this name."""
    if owner_id is not None and has_name(session, owner_id, name, but):
        raise _exists(name)


def free_name(session: Session, owner_id: int, name: str) -> str:
    """Return the name, with the first number behind it that the owner has no set of."""
    for number in count(1):
        tail = "" if number == 1 else f" {number}"
        tried = name[: MAX_NAME_LENGTH - len(tail)] + tail
        if not has_name(session, owner_id, tried):
            return tried
    raise AssertionError("numbers end nowhere")


def flush(session: Session, name: str) -> None:
    """Write what is pending; raises PersonaSetExists where somebody was faster."""
    try:
        session.flush()
    except IntegrityError:
        raise _exists(name) from None


def _exists(name: str) -> PersonaSetExists:
    detail = f"You have a data set '{name}' already: give another name."
    return PersonaSetExists(detail, errors={"name": [detail]})


def insert_personas(
    session: Session, set_id: int, personas: Iterable[CheckedPersona], ids: dict[str, int]
) -> None:
    """Write personas of a set; ``ids`` are those of the sources of twins, by uuid."""
    rows = [_values(set_id, one, ids) for one in personas]
    for start in range(0, len(rows), BATCH):
        session.execute(insert(Persona), rows[start : start + BATCH])


def _values(set_id: int, one: CheckedPersona, ids: dict[str, int]) -> dict[str, Any]:
    return {
        "set_id": set_id,
        **asdict(one.draft),
        "role": one.role,
        "source_persona_id": ids[one.source_uuid] if one.source_uuid else None,
        "changed_attribute": one.changed_attribute,
        "from_value": one.from_value,
        "to_value": one.to_value,
    }
