"""Jobs of schedules: their kind has no observer of its own, for attempts follow every job."""

from app.db.uow import UnitOfWork
from app.models.job import Job

WORK = "scheduled_work"


def follow_nothing(unit: UnitOfWork, job: Job) -> None:
    """Leave it to ``dispatch.follow``, which follows the jobs of all domains."""
