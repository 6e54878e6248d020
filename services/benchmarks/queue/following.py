"""How the manifest names what entries do behind their jobs: it loads all that they become."""

from app.db.uow import UnitOfWork
from app.jobs.engine import JobObserver
from app.later import later
from app.models.job import Job

BUILD_JOB = "build_personas"
follow_entry = later("services.benchmarks.queue.job_sync:follow_entry")


def followed_by_queue(observer: JobObserver) -> JobObserver:
    """Return an observer that brings the entry of a job in line, behind ``observer``."""

    def observe(unit: UnitOfWork, job: Job) -> None:
        observer(unit, job)
        follow_entry(unit, job)

    return observe
