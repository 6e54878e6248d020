"""The dataset job of a session: what its pages are shown when its state changes."""

from app.db.uow import UnitOfWork
from app.jobs import states
from app.models.forecasting import ForecastSession
from app.models.job import Job
from services.forecasting.datasets.events import DatasetStatusUpdate
from services.forecasting.datasets.progress import MESSAGE
from services.forecasting.topics import session_id_of, subject_of

JOB_KIND = "build_datasets"
# Minutes of numpy without a GPU: it must not wait behind a training of hours.
QUEUE = "io"
WORDS = {states.SUCCEEDED: "completed", states.FAILED: "failed", states.CANCELLED: "failed"}


def follow_datasets(unit: UnitOfWork, job: Job) -> None:
    """Publish the state of ``job`` on the topic of its session: the observer of dataset jobs."""
    row = unit.session.get_one(ForecastSession, session_id_of(job.subject))
    done = job.state == states.SUCCEEDED
    event = DatasetStatusUpdate(
        session_id=row.wire_id,
        progress=100.0 if done else round(100 * job.progress, 1),
        step=job.state,
        status=WORDS.get(job.state, "processing"),
        message=f"{MESSAGE}{job.state}",
        job_state=job.state,
        eta_seconds=0.0 if done else None,
        detail=job.error["detail"] if job.error else None,
    )
    unit.publish(subject_of(row.id), event)
