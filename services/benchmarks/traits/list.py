"""Listing traits and their categories."""

from collections.abc import Sequence

from app.auth.actor import Actor
from app.db.engine import Database
from app.db.pages import Page
from app.models.persona import Trait
from services.benchmarks.traits import repository
from services.benchmarks.traits.types import CategoryCount, TraitFilter


def list_traits(database: Database, actor: Actor, chosen: TraitFilter) -> Page[Trait]:
    """Return the traits that the actor may see and the filter lets through."""
    with database.read() as session:
        return repository.page_of(session, actor, chosen)


def list_categories(database: Database, actor: Actor) -> Sequence[CategoryCount]:
    """Return the categories in use, with the number of their traits."""
    with database.read() as session:
        return repository.categories(session, actor)
