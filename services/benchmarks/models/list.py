"""Listing models."""

from app.auth.actor import Actor
from app.db.engine import Database
from app.db.pages import Page
from app.models.benchmark import BenchmarkModel
from services.benchmarks.models import repository


def list_models(database: Database, actor: Actor, limit: int, offset: int) -> Page[BenchmarkModel]:
    """Return the models that the actor may see, by name; keys are read by workers alone."""
    with database.read() as session:
        return repository.page_of(session, actor, limit, offset)
