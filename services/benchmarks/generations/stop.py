"""Stopping an attribute generation: what was written stays."""

from app.auth.actor import Actor
from app.auth.audit import record
from app.jobs import states
from app.jobs.engine import JobEngine, newest_job
from services.benchmarks.generations.resolve import editable_generation
from services.benchmarks.generations.topics import generation_subject


def stop_generation(engine: JobEngine, actor: Actor, generation_id: str) -> int:
    """Request the end and return the number; once more while it ends is no error.

    Raises Conflict when it is over.
    """
    with engine.database.write() as unit:
        row = editable_generation(unit.session, actor, generation_id)
        subject = generation_subject(row.id)
        job = newest_job(unit.session, subject, lock=True)
        if job is None or job.state != states.STOPPING:
            engine.request_stop(unit, subject)
            record(unit, actor, "attribute_generation_stopped", subject)
        return row.id
