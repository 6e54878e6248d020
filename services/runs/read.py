"""One run in detail."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.auth.access import can_edit, require_visible
from app.auth.actor import Actor
from app.db.engine import Database
from app.models.dataset import Dataset
from app.models.federation import Federation
from app.models.job import Job
from app.models.run import Client, Run
from app.models.user import User
from app.models.weights import Weights
from services.runs.private_data import is_private
from services.runs.results.diverged import diverged_at
from services.runs.results.domain.extraction import judging_series
from services.runs.results.domain.result import ordered_results
from services.runs.results.evaluated import evaluated_on
from services.runs.results.kept_results import ResultValue, results_of
from services.runs.statements import newest_jobs
from services.runs.times import RunTimes, times_of
from services.tracking.domain.params import planned_steps
from services.tracking.labels import params_of, tags_of
from services.tracking.metrics import read_columns


@dataclass(frozen=True, kw_only=True)
class BestStep:
    """The epoch (from 0) or round whose weights are kept, and the value that chose it."""

    step: int
    metric: str
    value: float | None


@dataclass(frozen=True, kw_only=True)
class Permissions:
    """What the actor may do with the run."""

    can_edit: bool


@dataclass(frozen=True, kw_only=True)
class RunDetail:
    """A run with everything that its page shows at first sight."""

    run: Run
    times: RunTimes
    owner: User
    dataset: Dataset | None
    pretrained: Weights | None
    job: Job | None
    best: BestStep | None
    num_clients: int
    total_steps: int | None
    seed: int | None
    evaluated_on: str | None
    diverged_at: int | None
    permissions: Permissions
    federation: Federation | None
    results: Mapping[str, ResultValue]
    params: Mapping[str, str]
    tags: Mapping[str, str]
    reveals_private_data: bool


def show_run(database: Database, actor: Actor, run_id: str) -> RunDetail:
    """Return the run.

    Raises NotFound when there is none that the actor may see.
    """
    with database.read() as session:
        run = require_visible(session, Run, run_id, actor)
        params = params_of(session, [run.id]).get(run.id, {})
        linked = _linked(session, run)
        return RunDetail(
            run=run,
            times=times_of(run),
            owner=linked.owner,
            dataset=linked.dataset,
            pretrained=linked.pretrained,
            job=newest_jobs(session, [run.id]).get(run.id),
            best=_best(session, run),
            num_clients=linked.num_clients,
            total_steps=total_steps(run, params),
            seed=run.seed if run.config else None,
            evaluated_on=evaluated_on(run),
            diverged_at=diverged_at(session, run.id),
            permissions=Permissions(can_edit=can_edit(actor, run)),
            federation=linked.federation,
            results=dict(ordered_results(run.task, results_of(session, [run.id]).get(run.id, {}))),
            params=params,
            tags=tags_of(session, [run.id]).get(run.id, {}),
            reveals_private_data=is_private(linked.dataset),
        )


@dataclass(frozen=True, kw_only=True)
class _Linked:
    """What a run points at, and how many clients it has."""

    owner: User
    dataset: Dataset | None
    pretrained: Weights | None
    federation: Federation | None
    num_clients: int


def _linked(session: Session, run: Run) -> _Linked:
    clients = select(func.count()).where(Client.run_id == Run.id).scalar_subquery()
    query = (
        select(User, Dataset, Weights, Federation, clients)
        .select_from(Run)
        .join(User, User.id == Run.owner_id)
        .outerjoin(Dataset, Dataset.id == Run.dataset_id)
        .outerjoin(Weights, Weights.id == Run.pretrained_id)
        .outerjoin(Federation, Federation.id == Run.federation_id)
    )
    owner, dataset, pretrained, federation, count = session.execute(
        query.where(Run.id == run.id)
    ).one()
    return _Linked(
        owner=owner,
        dataset=dataset,
        pretrained=pretrained,
        federation=federation,
        num_clients=count,
    )


def total_steps(run: Run, params: Mapping[str, str] | None = None) -> int | None:
    """Return how many epochs or rounds the run was configured for, None where that is unknown.

    A run that was not configured here may say it in its parameters.
    """
    return planned_steps({**(params or {}), **run.config}, run.training_mode)


def _best(session: Session, run: Run) -> BestStep | None:
    if run.best_step is None or "monitor_metric" not in run.config:
        return None
    metric = str(run.config["monitor_metric"])
    name = judging_series(run.training_mode, metric)
    columns = read_columns(session, run.id, [name]).get(name)
    value = None if columns is None else columns.value_at(run.best_step)
    return BestStep(step=run.best_step, metric=metric, value=value)
