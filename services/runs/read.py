"""One run in detail."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.auth.access import can_edit, require_visible
from app.auth.actor import Actor
from app.db.engine import Database
from app.models.dataset import Dataset
from app.models.federation import Federation
from app.models.job import Job
from app.models.run import Run
from app.models.user import User
from app.models.weights import Weights
from services.runs.results.diverged import diverged_at
from services.runs.results.domain.extraction import judging_series
from services.runs.results.domain.result import ordered_results
from services.runs.results.evaluated import evaluated_on
from services.runs.results.kept_results import ResultValue, results_of
from services.runs.statements import client_counts, newest_jobs
from services.runs.times import RunTimes, times_of
from services.tracking.domain.params import steps_asked
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


def show_run(database: Database, actor: Actor, run_id: str) -> RunDetail:
    """Return the run.

    Raises NotFound when there is none that the actor may see.
    """
    with database.read() as session:
        run = require_visible(session, Run, run_id, actor)
        params = params_of(session, [run.id]).get(run.id, {})
        return RunDetail(
            run=run,
            times=times_of(run),
            owner=session.get_one(User, run.owner_id),
            dataset=session.get(Dataset, run.dataset_id) if run.dataset_id else None,
            pretrained=session.get(Weights, run.pretrained_id) if run.pretrained_id else None,
            job=newest_jobs(session, [run.id]).get(run.id),
            best=_best(session, run),
            num_clients=client_counts(session, [run.id]).get(run.id, 0),
            total_steps=total_steps(run, params),
            seed=run.seed if run.config else None,
            evaluated_on=evaluated_on(run),
            diverged_at=diverged_at(session, run.id),
            permissions=Permissions(can_edit=can_edit(actor, run)),
            federation=session.get(Federation, run.federation_id) if run.federation_id else None,
            results=dict(ordered_results(run.task, results_of(session, [run.id]).get(run.id, {}))),
            params=params,
            tags=tags_of(session, [run.id]).get(run.id, {}),
        )


def total_steps(run: Run, params: Mapping[str, str] | None = None) -> int | None:
    """Return how many epochs or rounds the run was asked for, None where nothing says so.

    A run that was not configured here may say it in its parameters.
    """
    return steps_asked({**(params or {}), **run.config}, run.training_mode)


def _best(session: Session, run: Run) -> BestStep | None:
    if run.best_step is None or "monitor_metric" not in run.config:
        return None
    metric = str(run.config["monitor_metric"])
    name = judging_series(run.training_mode, metric)
    columns = read_columns(session, run.id, [name]).get(name)
    value = None if columns is None else columns.value_at(run.best_step)
    return BestStep(step=run.best_step, metric=metric, value=value)
