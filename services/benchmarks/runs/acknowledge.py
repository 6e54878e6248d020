"""Acknowledging that a benchmark run failed."""

from app.auth.actor import Actor
from app.db.engine import Database
from app.jobs.acknowledge import acknowledge_failure
from services.benchmarks.resolve import editable_benchmark
from services.benchmarks.topics import subject_of


def acknowledge_benchmark(database: Database, actor: Actor, run_id: str) -> int:
    """Take a failed benchmark run out of its owner's inbox; return its number.

    Raises what ``editable_benchmark`` raises, and Conflict where it did not fail.
    """
    with database.write() as unit:
        row = editable_benchmark(unit.session, actor, run_id)
        acknowledge_failure(unit, subject_of(row.id))
        return row.id
