"""Doing in the test's own process what a worker does for imports."""

from sqlalchemy import select

from app.models.job import Job
from app.resources import Resources
from services.imports.job_sync import JOB_KIND, import_id_of
from services.imports.work import import_runs
from workers.attempt import Attempt


def claimed(resources: Resources) -> Attempt:
    """Return an attempt at the oldest import that waits."""
    query = select(Job.id).where(Job.kind == JOB_KIND, Job.state.in_(("queued", "lost")))
    with resources.database.read() as session:
        job_id = session.scalars(query.order_by(Job.id).limit(1)).one()
    claim = resources.jobs.claim(job_id, "test")
    assert claim is not None
    resources.jobs.start(claim)
    return Attempt(resources.jobs, claim)


def work_on(resources: Resources, attempt: Attempt) -> None:
    """Do the import of ``attempt``."""
    number = import_id_of(attempt.claim.subject)
    folder = resources.settings.home / "tmp"
    import_runs(number, attempt, resources.database, resources.store, folder)
