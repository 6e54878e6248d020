"""The statements of persona sets."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.auth.access import can_edit, visible
from app.auth.actor import Actor
from app.auth.views import note_view
from app.db.pages import Page, read_page
from app.errors import Forbidden
from app.ids import parse_id
from app.models.attribute_generation import AttributeGeneration
from app.models.benchmark import BenchmarkRun
from app.models.persona import Persona, PersonaSet
from services.benchmarks.domain.attributes import UNKNOWN, age_group
from services.benchmarks.personas.errors import PersonaNotFound
from services.benchmarks.personas.resolve import visible_set
from services.benchmarks.personas.types import PersonaSetFilter

GROUPED = (
    "gender",
    "origin_region",
    "origin_subregion",
    "religion",
    "sexuality",
    "marriage_status",
    "education",
    "occupation_category",
    "migration_status",
)
SHARED = "This data set is shared with you to use: its owner or an admin changes it."


def page_of(session: Session, actor: Actor, chosen: PersonaSetFilter) -> Page[PersonaSet]:
    """Return the sets that the actor may see: those of the platform first, then the newest."""
    query = select(PersonaSet).where(visible(PersonaSet, actor))
    if chosen.kind is not None:
        query = query.where(PersonaSet.kind == chosen.kind)
    if chosen.q is not None:
        query = query.where(PersonaSet.name.icontains(chosen.q, autoescape=True))
    order = (PersonaSet.slug.is_(None), PersonaSet.slug, PersonaSet.id.desc())
    return read_page(session, query, *order, limit=chosen.limit, offset=chosen.offset)


def editable_set(session: Session, actor: Actor, set_id: int | str) -> PersonaSet:
    """Return a set that the actor may change, locked; raises as ``visible_set``, and Forbidden."""
    row = visible_set(session, actor, set_id)
    if not can_edit(actor, row):
        raise Forbidden(SHARED)
    session.refresh(row, with_for_update=True)
    return row


def visible_persona(session: Session, actor: Actor, persona_id: str) -> Persona:
    """Return the persona of this id. Raises Invalid for what is no id, and PersonaNotFound."""
    number = parse_id(persona_id, "persona_id")
    row = session.get(Persona, number)
    if row is not None:
        query = select(PersonaSet).where(PersonaSet.id == row.set_id, visible(PersonaSet, actor))
        if note_view(actor, session.scalar(query)) is not None:
            return row
    raise PersonaNotFound(f"There is no persona {number}.")


def personas_of(set_id: int) -> Select[Persona]:
    """Return the statement of a set's personas, in no order yet."""
    return select(Persona).where(Persona.set_id == set_id)


def uuids_of(session: Session, personas: Sequence[Persona]) -> Mapping[int, str]:
    """Return the uuids of the sources of twins by their ids."""
    ids = {row.source_persona_id for row in personas if row.source_persona_id is not None}
    query = select(Persona.id, Persona.uuid).where(Persona.id.in_(ids))
    return dict(session.execute(query).tuples().all()) if ids else {}


def count_runs(session: Session, set_id: int) -> int:
    """Return how many benchmarks and attribute generations are about the set, whosever."""
    return sum(
        session.scalar(select(func.count()).select_from(one).where(one.set_id == set_id)) or 0
        for one in (BenchmarkRun, AttributeGeneration)
    )


def has_name(session: Session, owner_id: int, name: str, but: int | None = None) -> bool:
    """Return whether the owner has a set of this name, other than that of the id ``but``."""
    query = select(PersonaSet.id).where(PersonaSet.owner_id == owner_id, PersonaSet.name == name)
    return session.scalar(query) not in (None, but)


def groups_of(session: Session, set_id: int) -> dict[str, dict[str, int]]:
    """Return how many personas each group of each attribute has, the largest first."""
    return {name: dict(counts.most_common()) for name, counts in _groups(session, set_id)}


def _groups(session: Session, set_id: int) -> Iterator[tuple[str, Counter[str]]]:
    for name in GROUPED:
        sizes = _sizes(session, getattr(Persona, name), set_id)
        yield name, Counter({value or UNKNOWN: count for value, count in sizes})
    ages = Counter[str]()
    for age, count in _sizes(session, Persona.age, set_id):
        ages[age_group(age)] += count
    yield "age_group", ages


def _sizes(session: Session, column: Any, set_id: int) -> Sequence[tuple[Any, int]]:
    query = select(column, func.count()).where(Persona.set_id == set_id)
    rows = session.execute(query.group_by(column).order_by(column))
    return [(value, count) for value, count in rows]
