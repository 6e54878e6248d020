"""Queueing the training of a run: row, job and notifications, in the caller's commit."""

from app.db.uow import NewJob, UnitOfWork
from app.models.job import Job
from app.models.run import Run
from services.runs.job_sync import follow_job
from services.runs.topics import subject_of

JOB_KIND = "train_run"
QUEUE = "train"


def queue_training(unit: UnitOfWork, run: Run, kind: str = JOB_KIND) -> Job:
    """Queue a job for ``run``, which then waits for a worker, and publish that.

    ``kind`` is another domain's where that trains the run.
    """
    job = unit.enqueue(
        NewJob(kind=kind, queue=QUEUE, subject=subject_of(run.id), owner_id=run.owner_id)
    )
    run.acknowledged_at = None
    follow_job(unit, job)
    return job
