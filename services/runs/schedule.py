"""The kind of schedule ``training.run``: each execution is a run, each attempt a job of it."""

from typing import Any

from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.auth.audit import record
from app.db.uow import UnitOfWork
from app.jobs import states
from app.jobs.engine import newest_job
from app.models.job import Job
from app.models.run import Run
from app.topics import number_of
from services.runs.create import StartRequest, add_run, prepare_run
from services.runs.queueing import QUEUE
from services.runs.resume import queue_again
from services.runs.topics import KIND, run_id_of, subject_of
from services.scheduler.breaker.kinds import KIND_RULES
from services.scheduler.kinds.types import Beginning, Params, ScheduleKind

NAME = "training.run"


def _request(params: Params, name: str, visibility: str) -> StartRequest:
    values = dict(params)
    own_name = values.pop("experiment_name", None)
    return StartRequest(**values, experiment_name=own_name or name, visibility=visibility)


def _check(session: Session, actor: Actor, params: Params) -> None:
    prepare_run(session, actor, _request(params, "a schedule", "private"))


def _begin(unit: UnitOfWork, beginning: Beginning) -> Job:
    """Start a run, or let the run of the attempt before go on from its checkpoint."""
    again = _again(unit, beginning)
    if again is not None:
        return again
    request = _request(beginning.params, beginning.name, beginning.visibility)
    return add_run(unit, beginning.actor, request)[1]


def _again(unit: UnitOfWork, beginning: Beginning) -> Job | None:
    """Queue the run of the attempt before again; None where there is none, or it is not over."""
    number = number_of(KIND, beginning.previous or "")
    run = None if number is None else unit.session.get(Run, number)
    previous = None if run is None else newest_job(unit.session, subject_of(run.id), lock=True)
    if run is None or previous is None or previous.state not in (states.FAILED, states.CANCELLED):
        return None
    job = queue_again(unit, run, previous)
    record(unit, beginning.actor, "run_resumed", subject_of(run.id))
    return job


def _result(_session: Session, job: Job) -> dict[str, Any]:
    return {"run_id": run_id_of(job.subject)}


TRAINING_RUN = ScheduleKind(
    name=NAME,
    params="blueprints.experiments.schedule_params:TrainingRunParams",
    cadence="0 2 * * *",
    timeout_s=24 * 3600,
    queue=QUEUE,
    rules=KIND_RULES[NAME],
    check=_check,
    begin=_begin,
    result=_result,
)
