"""The persons of a foreign file: those of a data set here, else a new set of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Text, select, type_coerce
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.db.uow import UnitOfWork
from app.errors import Invalid
from app.models.persona import Persona, PersonaSet
from services.benchmarks.domain.builders.drafts import PersonaDraft
from services.benchmarks.domain.persona_rules import CheckedPersona
from services.benchmarks.personas.create import keep_set, new_row
from services.benchmarks.personas.store import free_name
from services.benchmarks.runs.design import set_of_run
from services.benchmarks.runs.manifest import digest_of
from services.benchmarks.runs.origin import IMPORTED

PAIRED = ("role", "source_uuid", "changed_attribute", "from_value", "to_value")
MAX_NAMED = 5  # persons that a sentence names
Said = Mapping[str, Any]


def known_people(session: Session, actor: Actor, set_id: int, said: Sequence[Said]) -> PersonaSet:
    """Return a data set that has every person of the file.

    Raises PersonaSetNotFound, and Invalid with the persons that it does not have.
    """
    row = set_of_run(session, actor, set_id)
    known = set(session.scalars(select(Persona.uuid).where(Persona.set_id == row.id)))
    unknown = [one["uuid"] for one in said if one["uuid"] not in known]
    if unknown:
        names = ", ".join(f"'{one}'" for one in unknown[:MAX_NAMED])
        detail = f"{len(unknown)} persons of the file are not in '{row.name}', such as {names}."
        raise Invalid(detail, errors={"dataset_id": [detail]})
    return row


def same_people(session: Session, actor: Actor, said: Sequence[Said]) -> PersonaSet | None:
    """Return the data set that an earlier import made of the very same persons."""
    digest = f'"{digest_of(said)}"'
    query = (
        select(PersonaSet)
        .where(PersonaSet.owner_id == actor.user_id)
        .where(type_coerce(PersonaSet.config, Text).contains(digest, autoescape=True))
        .order_by(PersonaSet.id.desc())
    )
    return next((one for one in session.scalars(query) if one.num_personas == len(said)), None)


def new_people(
    unit: UnitOfWork, actor: Actor, name: str, visibility: str, said: Sequence[Said]
) -> PersonaSet:
    """Write a data set of the persons of a file, and return it."""
    people = [_checked(one) for one in said]
    kind = "counterfactual" if any(one.role == "counterfactual" for one in people) else "uploaded"
    free = free_name(unit.session, actor.user_id, name)
    config = {IMPORTED: {"people": digest_of(said)}}
    row = new_row(actor, free, kind, visibility, config=config)
    keep_set(unit, actor, row, people)
    return row


def _checked(one: Said) -> CheckedPersona:
    draft = {name: value for name, value in one.items() if name not in PAIRED}
    return CheckedPersona(draft=PersonaDraft(**draft), **{name: one[name] for name in PAIRED})
