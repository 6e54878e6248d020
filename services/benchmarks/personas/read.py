"""Reading one set, or one persona."""

from app.auth.actor import Actor
from app.db.engine import Database
from app.models.persona import Persona
from services.benchmarks.personas import repository
from services.benchmarks.personas.resolve import visible_set
from services.benchmarks.personas.types import PersonaSetDetail


def get_set(database: Database, actor: Actor, set_id: str) -> PersonaSetDetail:
    """Return a set with the sizes of its groups. Raises PersonaSetNotFound."""
    with database.read() as session:
        row = visible_set(session, actor, set_id)
        return PersonaSetDetail(
            row=row,
            num_runs=repository.count_runs(session, row.id),
            groups=repository.groups_of(session, row.id),
        )


def get_persona(database: Database, actor: Actor, persona_id: str) -> Persona:
    """Return a persona. Raises PersonaNotFound."""
    with database.read() as session:
        return repository.visible_persona(session, actor, persona_id)
