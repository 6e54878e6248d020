"""Deleting models."""

from sqlalchemy.exc import IntegrityError

from app.auth.actor import Actor
from app.auth.audit import record
from app.db.engine import Database
from services.benchmarks.models.errors import ModelInUse
from services.benchmarks.models.repository import count_runs, editable_model
from services.benchmarks.topics import model_subject_of


def delete_model(database: Database, actor: Actor, model_id: str) -> None:
    """Delete a model that no run is about, and its key.

    Raises BenchmarkModelNotFound, Forbidden and ModelInUse.
    """
    with database.write() as unit:
        row = editable_model(unit.session, actor, model_id)
        number, name = row.id, row.name
        in_use = ModelInUse(f"Runs are about the model '{name}': delete them first.")
        if count_runs(unit.session, number):
            raise in_use
        unit.session.delete(row)
        try:
            unit.session.flush()
        except IntegrityError:  # a run began since we looked
            raise in_use from None
        record(unit, actor, "benchmark_model_deleted", model_subject_of(number), {"name": name})
