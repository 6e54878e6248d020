"""Who follows a session hears of each of its models: that it waits, trains, is resumed or over."""

from app.db.uow import UnitOfWork
from app.models.forecasting import SessionModel
from app.models.job import Job
from app.models.run import Run
from services.forecasting.topics import subject_of
from services.runs.job_sync import RunChanged, follow_job
from services.runs.topics import run_id_of

JOB_KIND, TRIAL_JOB_KIND = "train_forecaster", "train_trial"
MEASURE_JOB_KIND = "measure_forecaster"


def follow_model_job(unit: UnitOfWork, job: Job) -> None:
    """Bring the run in line with ``job``, and publish that to its session too: the observer."""
    follow_job(unit, job)
    announce_on_session(unit, unit.session.get_one(Run, run_id_of(job.subject)), job)


def announce_on_session(unit: UnitOfWork, run: Run, job: Job) -> None:
    """Publish on the session's topic that a model of it changed."""
    model = unit.session.get(SessionModel, run.id)
    if model is not None:
        changed = RunChanged(run_id=run.id, status=run.status, job_state=job.state)
        unit.publish(subject_of(model.session_id), changed)
