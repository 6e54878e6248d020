"""Deleting an attribute generation with its texts, jobs and events."""

from sqlalchemy import delete

from app.auth.actor import Actor
from app.auth.audit import record
from app.db.engine import Database
from app.db.uow import UnitOfWork
from app.jobs import states
from app.jobs.engine import newest_job
from app.models.attribute_generation import (
    AttributeGeneration,
    GeneratedText,
    GenerationFailure,
)
from app.models.event import EventRow, Topic
from app.models.job import Job
from services.benchmarks.generations.counts import count_benchmarks
from services.benchmarks.generations.errors import GenerationInUse, GenerationNotOver
from services.benchmarks.generations.resolve import editable_generation
from services.benchmarks.generations.topics import generation_subject


def delete_generation(database: Database, actor: Actor, generation_id: str) -> int:
    """Delete the generation and return its number.

    Raises GenerationNotOver while it waits or runs, GenerationInUse where a benchmark shows it.
    """
    with database.write() as unit:
        row = editable_generation(unit.session, actor, generation_id)
        remove_generation(unit, actor, row)
        return row.id


def remove_generation(unit: UnitOfWork, actor: Actor, row: AttributeGeneration) -> None:
    """Delete a locked generation; raises as ``delete_generation``."""
    subject = generation_subject(row.id)
    job = newest_job(unit.session, subject, lock=True)
    if job is not None and job.state not in states.TERMINAL:
        raise GenerationNotOver(f"Attribute generation {row.id} is {job.state}: stop it first.")
    runs = count_benchmarks(unit.session, row.id)
    if runs:
        raise GenerationInUse(f"Benchmark runs that show the texts: {runs}. Delete them first.")
    for table in (GeneratedText, GenerationFailure):
        unit.session.execute(delete(table).where(table.generation_id == row.id))
    unit.session.execute(delete(EventRow).where(EventRow.topic == subject))
    unit.session.execute(delete(Topic).where(Topic.name == subject))
    unit.session.execute(delete(Job).where(Job.subject == subject))
    rows = delete(AttributeGeneration).where(AttributeGeneration.id == row.id)
    unit.session.execute(rows)
    record(unit, actor, "attribute_generation_deleted", subject, {"name": row.name})
