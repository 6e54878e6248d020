"""Starting the datasets of a session, and stopping the job that builds them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.auth.access import can_edit
from app.auth.actor import Actor
from app.auth.audit import record
from app.clock import now
from app.db.engine import Database
from app.db.uow import NewJob, UnitOfWork
from app.errors import Forbidden
from app.jobs.engine import JobEngine
from app.models.forecasting import ForecastSession
from app.models.job import Job
from services.forecasting.busy import require_idle
from services.forecasting.datasets.job_sync import JOB_KIND, QUEUE, follow_datasets
from services.forecasting.models.families import read_settings
from services.forecasting.resolve import editable_session, visible_session
from services.forecasting.topics import subject_of
from services.forecasting.training.plan import plan_of


@dataclass(frozen=True, kw_only=True)
class StartedDatasets:
    """The job that waits for a worker now."""

    session: ForecastSession
    job_id: int


def start_datasets(
    database: Database,
    actor: Actor,
    wire_id: object,
    *,
    model_parameters: object = None,
    split: Mapping[str, Any] | None = None,
) -> StartedDatasets:
    """Queue the job that builds the datasets of a session.

    ``split`` is kept as the session's; None leaves what it has. Raises InvalidModelParams for
    wrong parameters, StepsMissing and what else the plan is refused for, and TrainingInProgress
    while a job of the session is not over; nothing is queued then.
    """
    if model_parameters is not None and model_parameters != {}:
        read_settings(model_parameters)
    with database.write() as unit:
        row = editable_session(unit.session, actor, wire_id)
        job = queue_datasets(unit, actor, row, row.split or {} if split is None else split)
    return StartedDatasets(session=row, job_id=job.id)


def queue_datasets(
    unit: UnitOfWork, actor: Actor, row: ForecastSession, split: Mapping[str, Any]
) -> Job:
    """Queue the datasets of a locked session; raises as ``start_datasets``."""
    require_idle(unit.session, row)
    plan = plan_of(unit.session, row, split)
    row.split = dict(plan["split"])
    row.updated_at = now()
    new = NewJob(kind=JOB_KIND, queue=QUEUE, subject=subject_of(row.id), owner_id=row.owner_id)
    job = unit.enqueue(new)
    follow_datasets(unit, job)
    record(unit, actor, "session_changed", subject_of(row.id), {"datasets": "queued"})
    return job


def stop_datasets(engine: JobEngine, actor: Actor, wire_id: object) -> ForecastSession:
    """Request the end of the job; raises Conflict when there is none that is not over."""
    with engine.database.write() as unit:
        row = visible_session(unit.session, actor, wire_id)
        if not can_edit(actor, row):
            raise Forbidden(f"Session {row.wire_id} is shared with you to read.")
        engine.request_stop(unit, subject_of(row.id))
        record(unit, actor, "session_changed", subject_of(row.id), {"datasets": "stopped"})
    return row
