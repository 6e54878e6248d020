"""Starting a run: its row, its job, the news of it and the audit entry are one commit."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.auth.access import require_member
from app.auth.actor import Actor
from app.auth.audit import record
from app.clock import now
from app.db.engine import Database
from app.db.uow import UnitOfWork
from app.errors import Invalid
from app.models.dataset import Dataset
from app.models.run import Run
from services.datasets.find import resolve_dataset
from services.runs.domain.config import TrainingConfig
from services.runs.queueing import queue_training
from services.runs.repository import subject_of
from services.runs.user_config import training_defaults


@dataclass(frozen=True, kw_only=True)
class StartRequest:
    """What a person asks for; ``config`` holds only what differs from that person's defaults."""

    mode: str
    dataset: int | str
    experiment_name: str
    run_description: str | None = None
    visibility: str = "private"
    num_server_rounds: int | None = None
    config: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class StartedRun:
    """The queued run."""

    run_id: int
    job_id: int
    experiment_name: str
    training_mode: str
    num_server_rounds: int | None


def start_run(database: Database, actor: Actor, request: StartRequest) -> StartedRun:
    """Create the run and queue its training.

    Raises Invalid naming each field that is wrong, NotFound for a dataset that is not there.
    """
    require_member(actor)
    with database.write() as unit:
        dataset = resolve_dataset(unit.session, actor, request.dataset)
        config = _config(unit, actor, request)
        run = _add_run(unit, actor, request, dataset, config)
        job = queue_training(unit, run)
        record(unit, actor, "run_started", subject_of(run.id), {"name": run.name})
    federated = request.mode == "federated"
    return StartedRun(
        run_id=run.id,
        job_id=job.id,
        experiment_name=run.name,
        training_mode=run.training_mode,
        num_server_rounds=config.num_rounds if federated else None,
    )


def _config(unit: UnitOfWork, actor: Actor, request: StartRequest) -> TrainingConfig:
    """Return the full configuration: what was asked for, over the person's own defaults."""
    asked = dict(request.config)
    if request.num_server_rounds is not None:
        asked["num_rounds"] = request.num_server_rounds
    try:
        return TrainingConfig.from_mapping(training_defaults(unit.session, actor) | asked)
    except Invalid as error:
        raise inside_config(error) from None


def inside_config(error: Invalid) -> Invalid:
    """Return the error with its fields named as they lie in the request."""
    errors = {f"config.{name}": messages for name, messages in error.errors.items()}
    return Invalid(error.detail, errors=errors)


def _add_run(
    unit: UnitOfWork, actor: Actor, request: StartRequest, dataset: Dataset, config: TrainingConfig
) -> Run:
    run = Run(
        name=request.experiment_name,
        run_description=request.run_description,
        training_mode=request.mode,
        status="queued",
        start_time=now(),
        owner_id=actor.user_id,
        visibility=request.visibility,
        dataset_id=dataset.id,
        source_path=f"dataset:{dataset.id}",
        config=config.as_mapping(),
        seed=config.seed,
    )
    unit.session.add(run)
    unit.session.flush()  # the job and the topic are named after the id
    return run
