"""The job of an attribute generation: what its page is shown when its state changes."""

from app.clock import now
from app.db.uow import NewJob, UnitOfWork
from app.jobs import states
from app.jobs.queues import BENCHMARKS
from app.models.attribute_generation import AttributeGeneration
from app.models.job import Job
from services.benchmarks.events import GenerationStateChanged
from services.benchmarks.generations.topics import generation_id_of, generation_subject

JOB_KIND = "write_attributes"


def queue_generation(unit: UnitOfWork, row: AttributeGeneration) -> Job:
    """Queue a job for the personas that have no texts yet, and publish that."""
    subject = generation_subject(row.id)
    job = unit.enqueue(
        NewJob(kind=JOB_KIND, queue=BENCHMARKS, subject=subject, owner_id=row.owner_id)
    )
    row.finished_at = None
    follow_generation(unit, job)
    return job


def follow_generation(unit: UnitOfWork, job: Job) -> None:
    """Bring the generation in line with its job: the observer of such jobs.

    However a job ends, a generation that has all of its texts is complete from then on.
    """
    from services.benchmarks.generations.keep import hash_of_texts

    row = unit.session.get(AttributeGeneration, generation_id_of(job.subject))
    if row is None:
        return
    if job.state == states.RUNNING:
        row.started_at = row.started_at or now()
    if job.state in states.TERMINAL:
        row.finished_at = now()
        row.texts_hash = hash_of_texts(unit.session, row)
    detail = job.error["detail"] if job.error else None
    event = GenerationStateChanged(generation_id=row.id, state=job.state, detail=detail)
    unit.publish(generation_subject(row.id), event)
    is_incomplete = job.state == states.SUCCEEDED and row.texts_hash is None
    if job.state == states.FAILED or is_incomplete:  # the owner's inbox has it from now on
        unit.publish(f"user:{row.owner_id}", event)
