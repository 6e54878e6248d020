"""Starting models: runs, jobs and what they are trained with, in one commit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.auth.actor import Actor
from app.auth.audit import record
from app.clock import now
from app.db.engine import Database
from app.db.uow import UnitOfWork
from app.models.forecasting import ForecastSession, SessionModel
from app.models.job import Job
from app.models.run import Run
from services.forecasting.busy import require_idle
from services.forecasting.errors import FieldRefused
from services.forecasting.models.families import ModelSettings
from services.forecasting.models.warm_start import START_FROM
from services.forecasting.resolve import editable_session
from services.forecasting.topics import subject_of
from services.forecasting.training.feasible import require_all_feasible
from services.forecasting.training.follow import JOB_KIND, announce_on_session
from services.forecasting.training.plan import plan_of
from services.forecasting.training.quota import NO_LIMITS, TrainingLimits, require_quota
from services.forecasting.training.start_from import (
    ModelRequest,
    read_request,
    require_fitting_start,
)
from services.runs.queueing import queue_training
from services.runs.topics import subject_of as run_subject
from services.tracking.labels import write_params

MAX_MODELS = 20
MAX_NAME = 200


@dataclass(frozen=True, kw_only=True)
class TrainingRequest:
    """The models to train, each as its settings by wire name, and how samples are split."""

    models: Sequence[Mapping[str, Any]]
    split: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class StartedModels:
    """The runs that wait for a worker now, with their jobs, in the order of the request."""

    run_ids: Sequence[int]
    job_ids: Sequence[int]


def start_training(
    database: Database,
    actor: Actor,
    wire_id: object,
    request: TrainingRequest,
    limits: TrainingLimits = NO_LIMITS,
) -> StartedModels:
    """Queue the training of each model; what is wrong with any of them starts none.

    Raises InvalidModelParams, also for a model that would not fit into memory, StepsMissing,
    FieldRefused for a session without readable inputs and outputs or a wrong split,
    ModelNotFound for an earlier model to start from, TrainingInProgress while a job of it is not
    over, and TrainingLimitReached and ComputeHoursExhausted where ``limits`` allow no more.
    """
    models = [read_request(one) for one in _counted(request.models)]
    with database.write() as unit:
        session = editable_session(unit.session, actor, wire_id)
        started = start_models(unit, actor, session, models, request.split, limits)
    runs, jobs = [run for run, _ in started], [job for _, job in started]
    return StartedModels(run_ids=[run.id for run in runs], job_ids=[job.id for job in jobs])


def start_models(
    unit: UnitOfWork,
    actor: Actor,
    session: ForecastSession,
    models: Sequence[ModelRequest],
    split: Mapping[str, Any],
    limits: TrainingLimits,
) -> list[tuple[Run, Job]]:
    """Queue models of a locked session; return runs and jobs. Raises as ``start_training``."""
    settings = [one.settings for one in models]
    require_idle(unit.session, session)
    require_quota(unit.session, actor, len(settings), limits)
    plan = plan_of(unit.session, session, split)
    require_all_feasible(settings, plan, session.n_dat)
    for one in models:
        require_fitting_start(unit.session, actor, session, one, plan)
    started = [queue_model(unit, actor, session, one, plan) for one in models]
    session.split = dict(plan["split"])
    session.updated_at = now()
    return started


def _counted(models: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    if not 1 <= len(models) <= MAX_MODELS:
        detail = f"{len(models)} models were given, but it must be 1 to {MAX_MODELS}."
        raise FieldRefused("models", detail)
    return models


def queue_model(
    unit: UnitOfWork,
    actor: Actor,
    session: ForecastSession,
    request: ModelRequest,
    plan: Mapping[str, Any],
) -> tuple[Run, Job]:
    """Queue one model of a session in hand; return its run and its job."""
    run = add_model(unit, actor, session, request, plan)
    record(unit, actor, "session_changed", subject_of(session.id), {"model": request.settings.mode})
    job = queue_training(unit, run, JOB_KIND)
    announce_on_session(unit, run, job)
    return run, job


def add_model(
    unit: UnitOfWork,
    actor: Actor,
    session: ForecastSession,
    request: ModelRequest,
    plan: Mapping[str, Any],
    suffix: str = "",
) -> Run:
    """Add a model to a session, with a run that is not queued yet."""
    settings, values = request.settings, request.settings.as_mapping()
    run = _run_of(session, actor, settings, suffix)
    unit.session.add(run)
    unit.session.flush()
    unit.session.add(
        SessionModel(
            run_id=run.id,
            session_id=session.id,
            mode=settings.mode,
            settings=values,
            plan=dict(plan),
            start_from=request.start_from,
        )
    )
    write_params(unit.session, run.id, params_of(values) | _start_param(request))
    record(unit, actor, "run_started", run_subject(run.id), {"name": run.name})
    return run


def _run_of(session: ForecastSession, actor: Actor, settings: ModelSettings, suffix: str) -> Run:
    return Run(
        name=f"{(session.name or session.wire_id)[: MAX_NAME - 50]} · {settings.label}{suffix}",
        training_mode="centralized",
        task="forecasting",
        status="queued",
        start_time=now(),
        owner_id=actor.user_id,
        visibility=session.visibility,
        source_path=f"session:{session.wire_id}",
        config={},
        seed=settings.seed or 0,
    )


def _start_param(request: ModelRequest) -> dict[str, Any]:
    return {} if request.start_from is None else {START_FROM: request.start_from}


def params_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings as parameters of the run; ``epochs`` is what progress counts."""
    epochs = {"epochs": values["EP"]} if "EP" in values else {}
    known = {name: value for name, value in values.items() if value is not None}
    lists = {name: ", ".join(map(str, one)) for name, one in known.items() if isinstance(one, list)}
    return known | lists | epochs
