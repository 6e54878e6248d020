"""Starting a run of an external program: its row, a job that we only watch, and its events."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.auth.access import require_member
from app.auth.actor import Actor
from app.auth.audit import record
from app.clock import now
from app.db.engine import Database
from app.db.types import database_time
from app.db.uow import UnitOfWork
from app.jobs import outside, states
from app.models.job import Job
from app.models.run import RUNNING, Run
from services.datasets.names import checked_name
from services.runs.events import TrainingStart
from services.runs.external.access import LOGGED
from services.runs.external.heartbeat import JOB_KIND
from services.runs.job_sync import follow_job
from services.runs.topics import run_topic, subject_of
from services.tracking.domain.params import planned_steps
from services.tracking.labels import write_params, write_tags

BEAT_SECONDS = 10.0
BEATS_MISSED = 3  # then the run counts as lost


@dataclass(frozen=True, kw_only=True)
class LoggedRunRequest:
    """What a program says of the run it begins.

    It promises a sign of life every ``heartbeat_seconds``; None: nobody watches it.
    """

    name: str
    training_mode: str = "centralized"
    task: str = "other"
    params: Mapping[str, Any] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    run_description: str | None = None
    visibility: str = "private"
    start_time: datetime | None = None
    heartbeat_seconds: float | None = BEAT_SECONDS


def start_logged_run(database: Database, actor: Actor, request: LoggedRunRequest) -> Run:
    """Make the run, which counts as running from now on, and return it."""
    require_member(actor)
    with database.write() as unit:
        run = _add_run(unit, actor, request)
        write_params(unit.session, run.id, request.params)
        write_tags(unit.session, run.id, request.tags)
        beat = request.heartbeat_seconds
        lease = None if beat is None else BEATS_MISSED * beat
        job = watch(unit, run, lease_seconds=lease)
        planned = planned_steps(request.params, run.training_mode)
        unit.publish(run_topic(run.id), _started(run, job, planned))
        detail = {"name": run.name, "origin": LOGGED}
        record(unit, actor, "run_started", subject_of(run.id), detail)
        return run


def watch(
    unit: UnitOfWork,
    run: Run,
    *,
    lease_seconds: float | None,
    attempt: int = 1,
    progress: float = 0.0,
) -> Job:
    """Add a running job that the external program holds, and bring the run in line with it."""
    job = Job(
        kind=JOB_KIND,
        queue=outside.QUEUE,
        subject=subject_of(run.id),
        owner_id=run.owner_id,
        state=states.RUNNING,
        attempt=attempt,
        progress=progress,
        holder=outside.HOLDER,
        lease_seconds=lease_seconds,
        lease_until=None if lease_seconds is None else database_time() + lease_seconds,
        created_at=now(),
        started_at=now(),
        heartbeat_at=now(),
    )
    unit.session.add(job)
    unit.session.flush()
    follow_job(unit, job)
    return job


def _add_run(unit: UnitOfWork, actor: Actor, request: LoggedRunRequest) -> Run:
    run = Run(
        name=checked_name(request.name),
        run_description=request.run_description or None,
        training_mode=request.training_mode,
        task=request.task,
        status="in_progress",
        start_time=request.start_time or now(),
        owner_id=actor.user_id,
        visibility=request.visibility,
        config={},
        seed=0,
        origin=LOGGED,
        phase=RUNNING,
    )
    unit.session.add(run)
    unit.session.flush()  # everything else is named after the id
    return run


def _started(run: Run, job: Job, steps: int | None) -> TrainingStart:
    return TrainingStart(
        run_id=run.id,
        experiment_name=run.name,
        max_epochs=steps,
        training_mode=run.training_mode,
        attempt=job.attempt,
    )
