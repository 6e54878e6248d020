"""What the list of jobs hears of them."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from app.db.uow import UnitOfWork
from app.events import A_MINUTE, Progress
from app.models.job import Job


@dataclass(frozen=True, kw_only=True)
class JobChanged(Progress):
    """A job is in another state: lists that show it read it again."""

    type: ClassVar[str] = "job_changed"
    kept_for: ClassVar[timedelta | None] = A_MINUTE
    job_id: int
    state: str


def publish_job(unit: UnitOfWork, job: Job) -> None:
    """Publish the state of a job to its owner and to admins."""
    topics = ("admins",) if job.owner_id is None else (f"user:{job.owner_id}", "admins")
    for topic in topics:
        unit.publish(topic, JobChanged(job_id=job.id, state=job.state))
