"""Listing persona sets and the personas of one."""

from app.auth.actor import Actor
from app.db.engine import Database
from app.db.pages import Page, read_page
from app.models.persona import Persona, PersonaSet
from services.benchmarks.personas import repository
from services.benchmarks.personas.resolve import visible_set
from services.benchmarks.personas.types import PersonaSetFilter


def list_sets(database: Database, actor: Actor, chosen: PersonaSetFilter) -> Page[PersonaSet]:
    """Return the sets that the actor may see: those of the platform first, then the newest."""
    with database.read() as session:
        return repository.page_of(session, actor, chosen)


def list_personas(
    database: Database, actor: Actor, set_id: str, limit: int, offset: int
) -> Page[Persona]:
    """Return personas of a set in the order in which they came. Raises PersonaSetNotFound."""
    with database.read() as session:
        row = visible_set(session, actor, set_id)
        query = repository.personas_of(row.id)
        return read_page(session, query, Persona.id, limit=limit, offset=offset)
