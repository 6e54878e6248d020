"""Reading one model."""

from app.auth.actor import Actor
from app.db.engine import Database
from app.models.benchmark import BenchmarkModel
from services.benchmarks.models.repository import visible_model


def get_model(database: Database, actor: Actor, model_id: str) -> BenchmarkModel:
    """Return a model. Raises BenchmarkModelNotFound."""
    with database.read() as session:
        return visible_model(session, actor, model_id)
