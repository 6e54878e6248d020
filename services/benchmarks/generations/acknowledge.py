"""Acknowledging that an attribute generation failed, or ended without all of its texts."""

from app.auth.actor import Actor
from app.db.engine import Database
from app.jobs.acknowledge import acknowledge_failure
from services.benchmarks.generations.resolve import editable_generation
from services.benchmarks.generations.topics import generation_subject


def acknowledge_generation(database: Database, actor: Actor, generation_id: str) -> int:
    """Take a failed or incomplete attribute generation out of its owner's inbox; return its number.

    Raises what ``editable_generation`` raises, and Conflict where it did not fail.
    """
    with database.write() as unit:
        row = editable_generation(unit.session, actor, generation_id)
        acknowledge_failure(unit, generation_subject(row.id), is_incomplete=row.texts_hash is None)
        return row.id
