"""Runs as experiments, for clients that know them by the name of the experiment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.auth.access import require_visible, visible
from app.auth.actor import Actor
from app.db.engine import Database
from app.models.event import Topic
from app.models.job import Job
from app.models.run import Run
from app.models.series import Series
from services.runs.read import total_steps
from services.runs.statements import WITHOUT_DOCUMENTS, newest_jobs
from services.runs.topics import subject_of
from services.tracking.domain.training_modes import is_federated

PREFIX = "run_"
MAX_LISTED = 1000
STATUS = {
    "queued": "started",
    "in_progress": "running",
    "completed": "completed",
    "failed": "failed",
    "cancelled": "cancelled",
}
DECIDING = ("train_loss", "val_loss", "global_loss")  # one of them is reported in every step


@dataclass(frozen=True, kw_only=True)
class Experiment:
    """A run as an experiment. ``progress`` is in per cent, epochs and rounds count from 1."""

    experiment_id: str
    experiment_name: str
    status: str
    training_mode: str
    progress: float
    current_epoch: int
    start_time: datetime
    end_time: datetime | None


@dataclass(frozen=True, kw_only=True)
class ExperimentStatus(Experiment):
    """One experiment in more detail."""

    total_epochs: int
    latest_metrics: Mapping[str, float | None]
    total_events: int


@dataclass(frozen=True, kw_only=True)
class ExperimentList:
    """The newest experiments; ``count`` is how many there are in all."""

    experiments: Sequence[Experiment]
    count: int


def list_experiments(database: Database, actor: Actor) -> ExperimentList:
    """Return the actor's experiments, the newest first."""
    with database.read() as session:
        mine = visible(Run, actor)
        count = session.scalar(select(func.count()).select_from(Run).where(mine)) or 0
        newest_first = (Run.start_time.desc(), Run.id.desc())
        runs = session.scalars(
            select(Run)
            .options(*WITHOUT_DOCUMENTS)
            .where(mine)
            .order_by(*newest_first)
            .limit(MAX_LISTED)
        ).all()
        jobs = newest_jobs(session, [run.id for run in runs])
        steps = _newest_steps(session, [run.id for run in runs])
    experiments = [Experiment(**_common(run, jobs.get(run.id), steps.get(run.id))) for run in runs]
    return ExperimentList(experiments=experiments, count=count)


def show_experiment(database: Database, actor: Actor, experiment_id: str) -> ExperimentStatus:
    """Return one experiment by ``run_7`` or ``7``."""
    with database.read() as session:
        run = require_visible(session, Run, experiment_id.removeprefix(PREFIX), actor)
        job = newest_jobs(session, [run.id]).get(run.id)
        topic = session.get(Topic, subject_of(run.id))
        return ExperimentStatus(
            **_common(run, job, _newest_steps(session, [run.id]).get(run.id)),
            total_epochs=total_steps(run) or 0,
            latest_metrics=_latest(session, run.id),
            total_events=0 if topic is None else topic.last_seq,
        )


def _common(run: Run, job: Job | None, step: int | None) -> dict[str, Any]:
    from_zero = not is_federated(run.training_mode)
    return {
        "experiment_id": f"{PREFIX}{run.id}",
        "experiment_name": run.name,
        "status": STATUS[run.status],
        "training_mode": run.training_mode,
        "progress": _progress(run, job),
        "current_epoch": 0 if step is None else step + from_zero,
        "start_time": run.start_time,
        "end_time": run.end_time,
    }


def _progress(run: Run, job: Job | None) -> float:
    """Return per cent; of a run that others do, only the end is known."""
    if job is None:
        return 100.0 if run.status == "completed" else 0.0
    return round(100.0 * job.progress, 2)


def _newest_steps(session: Session, run_ids: Sequence[int]) -> dict[int, int]:
    query = (
        select(Series.run_id, func.max(Series.last_step).label("step"))
        .where(Series.run_id.in_(run_ids), Series.client == "", Series.name.in_(DECIDING))
        .group_by(Series.run_id)
    )
    return {row.run_id: row.step for row in session.execute(query)}


def _latest(session: Session, run_id: int) -> dict[str, float | None]:
    query = (
        select(Series.name, Series.last)
        .where(Series.run_id == run_id, Series.client == "")
        .order_by(Series.name)
    )
    return {row.name: row.last for row in session.execute(query)}
