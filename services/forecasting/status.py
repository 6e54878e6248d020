"""How far a session has come, in the contract's words and in ours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.db.engine import Database
from app.events.newest import read_newest
from app.jobs import states
from app.models.forecasting import ForecastSession, SessionFile, SessionModel
from app.models.job import Job
from services.forecasting.datasets.job_sync import JOB_KIND as DATASETS_JOB_KIND
from services.forecasting.events import ForecastProgress
from services.forecasting.resolve import visible_session
from services.forecasting.topics import subject_of
from services.forecasting.uploads.incomplete import IncompleteUpload, incomplete_uploads
from services.runs.topics import subject_of as run_subject

DATASET_STEPS = 7  # what the contract counts: start, inputs, outputs, parse, build, plots, save
CONTRACT_WORDS = {
    states.QUEUED: "pending",
    states.STARTING: "processing",
    states.RUNNING: "processing",
    states.STOPPING: "processing",
    states.LOST: "processing",
    states.SUCCEEDED: "completed",
    states.FAILED: "error",
    states.CANCELLED: "error",
}


@dataclass(frozen=True, kw_only=True)
class SessionStatus:
    """A job of a session; without one, what its files say. ``progress`` is in percent.

    ``total_steps`` and ``completed_steps`` are the epochs of a model, the steps of datasets, or
    None for a family without epochs. ``incomplete`` are files that are on their way.
    """

    session_id: str
    status: str
    progress: float
    finalized: bool
    job_status: str | None = None
    message: str | None = None
    current_step: str | None = None
    phase: str | None = None
    model_name: str | None = None
    eta_seconds: float | None = None
    total_steps: int | None = None
    completed_steps: int | None = None
    started_at: datetime | None = None
    completed_at: datetime | None = None
    incomplete: Sequence[IncompleteUpload] = ()


def status_of(database: Database, actor: Actor, wire_id: object) -> SessionStatus:
    """Return the state of the session's newest job that is not over, else of its newest job."""
    with database.read() as session:
        row = visible_session(session, actor, wire_id)
        runs = session.scalars(
            select(SessionModel.run_id).where(SessionModel.session_id == row.id)
        ).all()
        subjects = [subject_of(row.id), *(run_subject(run_id) for run_id in runs)]
        job = session.scalars(
            select(Job)
            .where(Job.subject.in_(subjects))
            .order_by(Job.state.in_(states.TERMINAL), Job.id.desc())
            .limit(1)
        ).first()
        files = session.scalars(
            select(SessionFile.status).where(SessionFile.session_id == row.id)
        ).all()
        coming = incomplete_uploads(session, row)
        said = {} if job is None else _said(session, job.subject)
    state = _without_job(row, files, len(coming)) if job is None else _of_job(row, job, said)
    return replace(state, incomplete=coming)


def _said(session: Session, topic: str) -> Mapping[str, Any]:
    """Return what a model has said of its progress last; the subject of its job is its topic."""
    newest = read_newest(session, topic, [ForecastProgress.type]).events
    data: Mapping[str, Any] = newest[-1]["data"] if newest else {}
    return data


def _of_job(row: ForecastSession, job: Job, said: Mapping[str, Any]) -> SessionStatus:
    over = job.state in states.TERMINAL
    failed = job.error["detail"] if job.error else None
    total = DATASET_STEPS if job.kind == DATASETS_JOB_KIND else None
    completed = None if total is None else int(total * job.progress)
    return SessionStatus(
        session_id=row.wire_id,
        status=CONTRACT_WORDS[job.state],
        job_status=job.state,
        progress=100.0 if job.state == states.SUCCEEDED else round(100 * job.progress, 2),
        message=failed or job.message,
        current_step=said.get("step", job.message),
        phase="completed" if job.state == states.SUCCEEDED else said.get("phase"),
        model_name=said.get("model_name"),
        eta_seconds=None if over else said.get("eta_seconds"),
        total_steps=said.get("total_epochs", total),
        completed_steps=said.get("epoch", completed),
        started_at=job.started_at,
        completed_at=job.finished_at,
        finalized=row.finalized_at is not None,
    )


def _without_job(row: ForecastSession, files: Sequence[str], coming: int) -> SessionStatus:
    """Return the contract's progress of uploads: 90 percent of the share of files that are read."""
    done = sum(status == "ready" for status in files)
    total = len(files) + coming
    share = done / total if total else 0.0
    final = row.finalized_at is not None
    return SessionStatus(
        session_id=row.wire_id,
        status="completed" if final else "processing" if total else "pending",
        progress=100.0 if final else round(90 * share, 2),
        finalized=final,
    )
