"""Reading one trait."""

from app.auth.actor import Actor
from app.db.engine import Database
from app.models.persona import Trait
from services.benchmarks.traits.repository import visible_trait


def get_trait(database: Database, actor: Actor, reference: str) -> Trait:
    """Return the trait of a number or a code. Raises TraitNotFound."""
    with database.read() as session:
        return visible_trait(session, actor, reference)
