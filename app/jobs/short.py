"""Short jobs: a request waits a few seconds for their row, and nobody else follows them."""

from sqlalchemy.orm import Session

from app.clock import now
from app.db.uow import UnitOfWork
from app.models.job import Job


def follow_nothing(unit: UnitOfWork, job: Job) -> None:
    """Do nothing: the answer is the job's own row."""


def is_late(session: Session, job_id: int, waited_seconds: float) -> bool:
    """Return whether a job was queued so long ago that nobody waits for its answer any more."""
    queued_at = session.get_one(Job, job_id).created_at
    return (now() - queued_at).total_seconds() > waited_seconds
