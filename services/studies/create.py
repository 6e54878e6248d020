"""Starting a study: all of its runs, queued in one commit."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.auth.access import require_member
from app.auth.actor import Actor
from app.auth.audit import record
from app.clock import now
from app.db.engine import Database
from app.db.uow import UnitOfWork
from app.errors import Invalid
from app.models.dataset import Dataset
from app.models.study import Study, StudyRun
from app.storage import ObjectStore
from services.datasets.list import resolve_dataset
from services.preferences.config import training_defaults
from services.runs.create import StartRequest, facts_of, in_the_request, queue_run
from services.runs.federated.skew import load_class_counts, skew_among_sites
from services.runs.training.config.config import TrainingConfig
from services.runs.training.config.field_spec import CENTRALIZED, FEDERATED
from services.runs.training.config.rules import validate_for
from services.studies.types import MAX_RUNS, StudyRequest


@dataclass(frozen=True, kw_only=True)
class _Planned:
    arm: str
    client: str
    mode: str
    config: TrainingConfig


def start_study(
    database: Database, store: ObjectStore, actor: Actor, request: StudyRequest
) -> Study:
    """Queue central, federated and local-only training for every seed; return the study.

    Raises Invalid naming each field that is wrong, NotFound for a dataset that is not there.
    """
    require_member(actor)
    with database.read() as session:
        config = {**training_defaults(session, actor), **request.config, "only_client": None}
        dataset = resolve_dataset(session, actor, request.dataset)
    planned = _plan(dataset, store, request, config)
    with database.write() as unit:
        study = _add_study(unit, actor, request)
        for one in planned:
            _add_run(unit, actor, request, study, dataset, one)
        details = {"name": study.name, "runs": len(planned)}
        record(unit, actor, "study_started", f"study:{study.id}", details)
    return study


def _plan(
    dataset: Dataset, store: ObjectStore, request: StudyRequest, requested: Mapping[str, Any]
) -> list[_Planned]:
    """Return the trainings; their configurations are read once and differ in checked fields."""
    with in_the_request():
        federated = TrainingConfig.from_mapping(requested)
    epochs, last = _epochs(request, federated), federated.seed + request.seeds - 1
    with in_the_request():
        # with the last seed, so that what is counted up from here on stays within its bounds
        alone = federated.updated({"epochs": epochs, "early_stopping_patience": 0, "seed": last})
        validate_for(alone, CENTRALIZED, facts_of(dataset))
        validate_for(federated, FEDERATED, facts_of(dataset))
    labels = load_class_counts(dataset, store)
    planned: list[_Planned] = []
    for seed in range(federated.seed, federated.seed + request.seeds):
        seeded = replace(federated, seed=seed)
        with in_the_request():
            sites = [site.client for site in skew_among_sites(dataset, labels, seeded).sites]
        _check_number(request, len(sites))
        planned += _trainings(replace(alone, seed=seed), seeded, sites)
    return planned


def _trainings(
    alone: TrainingConfig, federated: TrainingConfig, sites: Sequence[str]
) -> Iterator[_Planned]:
    """Yield the trainings of one seed."""
    yield _Planned(arm="central", client="", mode=CENTRALIZED, config=alone)
    yield _Planned(arm="federated", client="", mode=FEDERATED, config=federated)
    for client in sites:
        own = replace(alone, only_client=client)
        yield _Planned(arm="local", client=client, mode=CENTRALIZED, config=own)


def _epochs(request: StudyRequest, config: TrainingConfig) -> int:
    """Return as many epochs as the federation trains, so that one schedule holds in every arm.

    Raises Invalid if the request asks for another number.
    """
    epochs = config.num_rounds * config.local_epochs
    if request.config.get("epochs") is not None and config.epochs != epochs:
        message = (
            f"epochs is {config.epochs}; the arms of a study train for as many epochs as the "
            f"federation does, num_rounds times local_epochs, which is {epochs}. Leave it out."
        )
        raise Invalid(message, errors={"config.epochs": [message]})
    return epochs


def _check_number(request: StudyRequest, sites: int) -> None:
    runs = request.seeds * (sites + 2)
    if runs > MAX_RUNS:
        message = (
            f"{request.seeds} seeds with {sites} sites are {runs} runs; at most {MAX_RUNS}. "
            "Take fewer seeds or fewer sites."
        )
        raise Invalid(message, errors={"seeds": [message]})


def _add_study(unit: UnitOfWork, actor: Actor, request: StudyRequest) -> Study:
    study = Study(
        name=request.name,
        owner_id=actor.user_id,
        visibility=request.visibility,
        dataset_id=resolve_dataset(unit.session, actor, request.dataset).id,
        metric=request.metric,
        equivalence_margin=request.equivalence_margin,
        config=dict(request.config),
        created_at=now(),
    )
    unit.session.add(study)
    unit.session.flush()  # its runs need the id
    return study


def _add_run(
    unit: UnitOfWork,
    actor: Actor,
    request: StudyRequest,
    study: Study,
    dataset: Dataset,
    one: _Planned,
) -> None:
    label = f"local {one.client}" if one.client else one.arm
    seed = one.config.seed
    start = StartRequest(
        mode=one.mode,
        dataset=dataset.id,
        experiment_name=f"{request.name[:150]} · {label[:30]} · seed {seed}",
        visibility=request.visibility,
    )
    run, _ = queue_run(unit, actor, start, one.config, dataset)
    row = StudyRun(study_id=study.id, run_id=run.id, arm=one.arm, seed=seed, client=one.client)
    unit.session.add(row)
