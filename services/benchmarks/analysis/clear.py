"""Forgetting the kept tables of a run."""

from app.auth.actor import Actor
from app.db.engine import Database
from services.benchmarks.analysis.cached import drop_cache
from services.benchmarks.resolve import editable_benchmark


def clear_cache(database: Database, actor: Actor, run_id: str) -> int:
    """Delete every kept answer about a run and the record of its warm-up; return how many."""
    with database.write() as unit:
        run = editable_benchmark(unit.session, actor, run_id)
        run.warm_up = None
        return drop_cache(unit.session, run.id)
