"""Puts the personas of the platform into the list of sets."""

from sqlalchemy import select

from app.clock import now
from app.db.engine import Database
from app.db.upsert import insert_into
from app.models.persona import PersonaSet

SLUG = "forty"


def ensure_builtin_personas(database: Database) -> None:
    """Add the set if it is missing; safe at every start, also of several processes at once."""
    with database.read() as session:
        if session.scalar(select(PersonaSet.id).where(PersonaSet.slug == SLUG)) is not None:
            return
    _add_personas(database)


def _add_personas(database: Database) -> None:
    # only the first start of all builds people
    from services.benchmarks.domain.builders.forty import NAME, SEED, forty_people
    from services.benchmarks.domain.persona_rules import CheckedPersona
    from services.benchmarks.personas.store import insert_personas

    people = [CheckedPersona(draft=one) for one in forty_people()]
    at = now()
    row = {
        "slug": SLUG,
        "name": NAME,
        "kind": "balanced",
        "visibility": "team",
        "seed": SEED,
        "config": {"n": len(people)},
        "num_personas": len(people),
        "created_at": at,
        "updated_at": at,
    }
    with database.write() as unit:
        new = insert_into(unit.session, PersonaSet).values(**row)
        made = new.on_conflict_do_nothing(index_elements=[PersonaSet.slug])
        number = unit.session.scalar(made.returning(PersonaSet.id))
        if number is not None:  # no other process was faster
            insert_personas(unit.session, number, people, {})
