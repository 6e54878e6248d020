"""Finding a set of personas by its number; what is not the actor's to see does not exist."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.access import visible
from app.auth.actor import Actor
from app.auth.views import note_view
from app.ids import parse_id
from app.models.persona import PersonaSet
from services.benchmarks.personas.errors import PersonaSetNotFound


def visible_set(session: Session, actor: Actor, set_id: int | str) -> PersonaSet:
    """Return the set of this id. Raises Invalid for what is no id, and PersonaSetNotFound."""
    number = parse_id(set_id, "dataset_id") if isinstance(set_id, str) else set_id
    query = select(PersonaSet).where(PersonaSet.id == number, visible(PersonaSet, actor))
    row = note_view(actor, session.scalar(query))
    if row is None:
        raise PersonaSetNotFound(f"There is no data set of personas {number}.")
    return row
