"""Whether something of a session is being worked on."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.jobs import states
from app.models.forecasting import ForecastSession, SessionModel
from app.models.job import Job
from app.models.run import UNFINISHED, Run
from services.forecasting.errors import TrainingInProgress
from services.forecasting.topics import subject_of


def require_idle(session: Session, owner: ForecastSession) -> None:
    """Raise TrainingInProgress while a model trains or the datasets are built."""
    models = select(Run.id).join(SessionModel, SessionModel.run_id == Run.id)
    mine = (SessionModel.session_id == owner.id, Run.status.in_(UNFINISHED))
    run_id = session.scalars(models.where(*mine).limit(1)).first()
    if run_id is not None:
        raise TrainingInProgress(
            f"Run {run_id} of this session still trains: wait for it, or stop it first."
        )
    if is_building(session, owner):
        raise TrainingInProgress(
            "The datasets of this session are being built: wait for that, or stop it first."
        )


def is_building(session: Session, owner: ForecastSession) -> bool:
    """Return whether a job that builds the datasets of the session is not over."""
    jobs = select(Job.id).where(
        Job.subject == subject_of(owner.id), Job.state.not_in(states.TERMINAL)
    )
    return session.scalars(jobs.limit(1)).first() is not None
