"""The job that empties the outbox: what became of each message stands with its delivery."""

from app.db.uow import UnitOfWork
from app.models.job import Job

SEND_JOB = "send_messages"


def follow_sending(unit: UnitOfWork, job: Job) -> None:
    """Do nothing: what is shown is written with each delivery."""
