"""An import's state follows its job, inside the transaction that changes the job."""

from app.clock import now
from app.db.uow import UnitOfWork
from app.jobs import states
from app.models.job import Job
from app.models.run_import import RunImport
from app.topics import id_of, name_of
from services.imports.notifications import ImportChanged, topic_of
from services.runs.job_sync import STATUS_OF

JOB_KIND = "import_runs"
KIND = "import"


def subject_of_import(import_id: int) -> str:
    """Return how jobs and the audit log name an import."""
    return name_of(KIND, import_id)


def import_id_of(subject: str) -> int:
    """Return the id in what ``subject_of_import`` made; raises ValueError for another name."""
    return id_of(KIND, subject)


def follow_import(unit: UnitOfWork, job: Job) -> None:
    """Bring the import in line with ``job`` and publish it: the observer of its jobs."""
    row = unit.session.get_one(RunImport, import_id_of(job.subject))
    row.status = STATUS_OF[job.state]
    if job.state in states.TERMINAL:
        row.finished_at = job.finished_at or now()
        row.error = job.error["detail"] if job.error else None
    changed = ImportChanged(import_id=row.id, status=row.status, job_state=job.state)
    unit.publish(topic_of(row), changed)
