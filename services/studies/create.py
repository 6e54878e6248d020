"""Starting a study: all of its runs, queued in one commit."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.auth.access import require_member
from app.auth.actor import Actor
from app.auth.audit import record
from app.clock import now
from app.db.engine import Database
from app.db.uow import UnitOfWork
from app.errors import Invalid
from app.models.study import Study, StudyRun
from app.storage import ObjectStore
from services.datasets.list import resolve_dataset
from services.preferences.config import training_defaults
from services.runs.create import StartRequest, in_the_request, queue_run
from services.runs.federated.skew import SkewRequest, preview_skew
from services.runs.training.config.config import TrainingConfig
from services.runs.training.config.settings import CENTRALIZED, FEDERATED
from services.studies.types import MAX_RUNS, StudyRequest


@dataclass(frozen=True, kw_only=True)
class _Planned:
    arm: str
    seed: int
    client: str
    mode: str
    config: Mapping[str, Any]


def start_study(
    database: Database, store: ObjectStore, actor: Actor, request: StudyRequest
) -> Study:
    """Queue central, federated and local-only training for every seed; return the study.

    Raises Invalid naming each field that is wrong, NotFound for a dataset that is not there.
    """
    require_member(actor)
    with database.read() as session:
        config = {**training_defaults(session, actor), **request.config, "only_client": None}
    planned = list(_plan(database, store, actor, request, config))
    with database.write() as unit:
        study = _add_study(unit, actor, request)
        for one in planned:
            _add_run(unit, actor, request, study, one)
        details = {"name": study.name, "runs": len(planned)}
        record(unit, actor, "study_started", f"study:{study.id}", details)
    return study


def _plan(
    database: Database,
    store: ObjectStore,
    actor: Actor,
    request: StudyRequest,
    config: Mapping[str, Any],
) -> Iterator[_Planned]:
    with in_the_request():
        base = TrainingConfig.from_mapping(config)
    for seed in range(base.seed, base.seed + request.seeds):
        seeded = {**config, "seed": seed}
        alone = {**seeded, "epochs": _epochs(request, base), "early_stopping_patience": 0}
        yield _Planned(arm="central", seed=seed, client="", mode=CENTRALIZED, config=alone)
        yield _Planned(arm="federated", seed=seed, client="", mode=FEDERATED, config=seeded)
        preview = SkewRequest(dataset=request.dataset, config=seeded)
        sites = [site.client for site in preview_skew(database, store, actor, preview).sites]
        _check_number(request, len(sites))
        for client in sites:
            own = {**alone, "only_client": client}
            yield _Planned(arm="local", seed=seed, client=client, mode=CENTRALIZED, config=own)


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
    unit: UnitOfWork, actor: Actor, request: StudyRequest, study: Study, one: _Planned
) -> None:
    label = f"local {one.client}" if one.client else one.arm
    run, _ = queue_run(
        unit,
        actor,
        StartRequest(
            mode=one.mode,
            dataset=request.dataset,
            experiment_name=f"{request.name[:150]} · {label[:30]} · seed {one.seed}",
            visibility=request.visibility,
            config=one.config,
        ),
    )
    row = StudyRun(study_id=study.id, run_id=run.id, arm=one.arm, seed=one.seed, client=one.client)
    unit.session.add(row)
