"""Starting a run: its row, its job, its notifications and the audit entry are one commit."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy.orm import Session

from app.auth.access import require_member
from app.auth.actor import Actor
from app.auth.audit import record
from app.clock import now
from app.db.engine import Database
from app.db.uow import UnitOfWork
from app.errors import Invalid
from app.models.dataset import Dataset
from app.models.job import Job
from app.models.run import Run
from app.models.weights import Weights
from services.datasets.list import resolve_dataset
from services.federations.list import resolve_federation
from services.preferences.config import training_defaults
from services.runs.queueing import queue_training
from services.runs.topics import subject_of
from services.runs.training.config.config import TrainingConfig
from services.runs.training.config.field_spec import CENTRALIZED
from services.runs.training.config.rules import DataFacts, sites_needed, validate_data, validate_for
from services.tracking.domain.training_modes import is_federated
from services.tracking.labels import write_params
from services.weights.list import resolve_weights

OWN_FIELDS = ("dataset", "training_mode")


@dataclass(frozen=True, kw_only=True)
class StartRequest:
    """What a person asks for; ``config`` holds only what differs from that person's defaults.

    Only a run on a federation has no ``dataset``: its sites' validation rows measure it then.
    ``checked`` is the full configuration where ``check_request`` has read it already: it fits the
    mode, and has only to be held against the data.
    """

    mode: str
    dataset: int | str | None
    experiment_name: str
    pretrained: int | None = None
    run_description: str | None = None
    visibility: str = "private"
    num_server_rounds: int | None = None
    federation: int | None = None
    config: Mapping[str, Any] = field(default_factory=dict)
    checked: TrainingConfig | None = None


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

    Raises Invalid naming each field that is wrong, NotFound for a dataset or weights that are
    not there.
    """
    with database.write() as unit:
        run, job = add_run(unit, actor, request)
    federated = is_federated(request.mode)
    return StartedRun(
        run_id=run.id,
        job_id=job.id,
        experiment_name=run.name,
        training_mode=run.training_mode,
        num_server_rounds=run.config["num_rounds"] if federated else None,
    )


def add_run(unit: UnitOfWork, actor: Actor, request: StartRequest) -> tuple[Run, Job]:
    """Create a run and queue its training in the caller's commit; raises as ``start_run``."""
    require_member(actor)
    run, job = queue_run(unit, actor, request, *prepare_run(unit.session, actor, request))
    record(unit, actor, "run_started", subject_of(run.id), {"name": run.name})
    return run, job


def prepare_run(
    session: Session, actor: Actor, request: StartRequest
) -> tuple[TrainingConfig, Dataset | None, Weights | None]:
    """Return what a run is made of, and store nothing; raises as ``start_run``."""
    dataset = _dataset_of(session, actor, request)
    weights = resolve_weights(session, actor, request.pretrained)
    if request.federation is None:
        return config_of(session, actor, request, dataset), dataset, weights
    return _config_across_sites(session, actor, request, dataset), dataset, weights


def queue_run(
    unit: UnitOfWork,
    actor: Actor,
    request: StartRequest,
    config: TrainingConfig,
    dataset: Dataset | None,
    weights: Weights | None = None,
) -> tuple[Run, Job]:
    """Create a run of a valid configuration and queue its training, in the caller's commit."""
    run = _add_run(unit, actor, request, config, dataset, weights)
    write_params(unit.session, run.id, run.config)  # so that search finds params.learning_rate
    return run, queue_training(unit, run)


def _dataset_of(session: Session, actor: Actor, request: StartRequest) -> Dataset | None:
    if request.dataset is not None:
        return resolve_dataset(session, actor, request.dataset)
    if request.federation is None:
        detail = "A run that trains here needs a dataset."
        raise Invalid(detail, errors={"dataset": [detail]})
    return None


def check_request(database: Database, actor: Actor, request: StartRequest) -> StartRequest:
    """Return the request with its configuration read, before any data is taken in.

    Refuses what no data could make right. Raises Invalid naming each field that is wrong,
    NotFound for weights that are not there.
    """
    require_member(actor)
    with database.read() as session:
        resolve_weights(session, actor, request.pretrained)
        return replace(request, checked=config_of(session, actor, request, None))


def config_of(
    session: Session, actor: Actor, request: StartRequest, dataset: Dataset | None
) -> TrainingConfig:
    """Return the full configuration: the requested settings over the person's own defaults."""
    facts = None if dataset is None else facts_of(dataset)
    with in_the_request():
        if request.checked is not None:
            if facts is not None:
                validate_data(request.checked, request.mode, facts)
            return request.checked
        config = TrainingConfig.from_mapping(_requested(session, actor, request))
        has_pretrained = request.pretrained is not None
        validate_for(config, request.mode, facts, has_pretrained=has_pretrained)
    return config


def _requested(session: Session, actor: Actor, request: StartRequest) -> dict[str, Any]:
    requested = training_defaults(session, actor) | dict(request.config)
    if request.num_server_rounds is not None:
        requested["num_rounds"] = request.num_server_rounds
    return requested


def _config_across_sites(
    session: Session, actor: Actor, request: StartRequest, dataset: Dataset | None
) -> TrainingConfig:
    """Return the configuration of a run at sites, which bring their own rows.

    The server tests on the full dataset; without one the settings are held against
    what the sites said of their data. Raises TooFewSites.
    """
    from services.federations.participants import enrolled_sites, reported_facts, require_sites

    federation = resolve_federation(session, actor, request.federation or 0)
    sites = enrolled_sites(session, federation)
    requested = {**request.config, "num_clients": max(2, len(sites)), "partitioner": "equal"}
    config = config_of(session, actor, replace(request, config=requested), None)
    facts = reported_facts(sites) if dataset is None else facts_of(dataset)
    if facts is not None:
        with in_the_request():
            validate_data(config, CENTRALIZED, facts)  # no rows of it are shared out to sites
    require_sites(session, federation, sites_needed(config, len(sites)))
    return config


@contextmanager
def in_the_request() -> Iterator[None]:
    """Name the settings of an ``Invalid`` that is raised inside as they lie in the request."""
    try:
        yield
    except Invalid as error:
        raise _as_requested(error) from None


def facts_of(dataset: Dataset) -> DataFacts:
    """Return what the rules between settings and data need to know."""
    height, width = (dataset.image_shape or (0, 0))[:2]
    return DataFacts(
        kind=dataset.kind,
        num_rows=dataset.num_rows,
        num_patients=dataset.num_patients,
        class_counts=dataset.class_distribution,
        columns=dataset.columns,
        image_shape=(height, width) if dataset.image_shape else None,
    )


def _as_requested(error: Invalid) -> Invalid:
    """Return the error with its settings named as they lie in the request."""
    errors = {
        name if name in OWN_FIELDS else f"config.{name}": messages
        for name, messages in error.errors.items()
    }
    return Invalid(error.detail, errors=errors)


def _add_run(
    unit: UnitOfWork,
    actor: Actor,
    request: StartRequest,
    config: TrainingConfig,
    dataset: Dataset | None,
    weights: Weights | None,
) -> Run:
    source = f"federation:{request.federation}" if dataset is None else f"dataset:{dataset.id}"
    run = Run(
        name=request.experiment_name,
        run_description=request.run_description,
        training_mode=request.mode,
        task="classification",  # all that the engines here train
        status="queued",
        start_time=now(),
        owner_id=actor.user_id,
        visibility=request.visibility,
        dataset_id=None if dataset is None else dataset.id,
        pretrained_id=None if weights is None else weights.id,
        federation_id=request.federation,
        source_path=source,
        config=config.as_mapping(),
        seed=config.seed,
    )
    unit.session.add(run)
    unit.session.flush()  # the job and the topic are named after the id
    return run
