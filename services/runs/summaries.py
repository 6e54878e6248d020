"""Runs in a few numbers each, for lists: a constant number of statements for any number of runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from app.models.job import Job
from app.models.run import Client, Run, ServerEvaluation
from app.models.series import Series
from services.runs.results.counts import statistics_of
from services.runs.results.domain.confusion import ConfusionStatistics
from services.runs.results.outcomes import (
    FederatedInfo,
    HeadlineResult,
    TrainedRounds,
    outcome_of,
)
from services.runs.statements import newest_jobs, own_series
from services.runs.times import RunTimes, times_of
from services.search.query import NO_COLUMNS, ColumnsQuery
from services.search.values import Results, Shown, shown_of
from services.tracking.domain.metric_names import COUNTS, count_name

CONFUSION = tuple(count_name(count) for count in COUNTS)


@dataclass(frozen=True, kw_only=True)
class RunSummary:
    """One line of the list. The two best values are 0.0 where ``missing`` names them."""

    id: int
    name: str
    owner_id: int
    visibility: str
    training_mode: str
    task: str
    status: str
    start_time: datetime
    end_time: datetime | None
    times: RunTimes
    run_description: str | None
    best_val_recall: float
    best_val_accuracy: float
    metrics_count: int
    final_epoch_stats: ConfusionStatistics | None
    federated_info: FederatedInfo | None
    job: Job | None
    archived_at: datetime | None
    origin: str
    dataset_id: int | None
    missing: list[str] = field(default_factory=list)
    tags: Mapping[str, str] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)
    metrics: Mapping[str, float | None] = field(default_factory=dict)
    best: Mapping[str, float | None] = field(default_factory=dict)
    results: Results = field(default_factory=dict)


def summarise_runs(
    session: Session, runs: Sequence[Run], columns: ColumnsQuery = NO_COLUMNS
) -> list[RunSummary]:
    """Return the summaries of ``runs``, in their order."""
    ids = [run.id for run in runs]
    jobs, sizes = newest_jobs(session, ids), _sizes(session, ids)
    series = own_series(session, ids, CONFUSION)
    shown = shown_of(session, ids, columns)
    return [
        _summary(
            run,
            jobs.get(run.id),
            sizes[run.id].points,
            outcome_of(run, series.get(run.id, {}), sizes[run.id].rounds, sizes[run.id].clients),
            shown,
        )
        for run in runs
    ]


@dataclass(frozen=True, slots=True)
class _Sizes:
    """How many clients, points (those of clients included) and trained rounds a run has."""

    clients: int
    points: int
    rounds: TrainedRounds | None


def _sizes_query() -> Select[Any]:
    """Return the statement for the sizes of runs, with what was measured after the newest round."""
    each = aliased(ServerEvaluation)
    trained = (each.run_id == Run.id, each.round_number > 0)
    clients = select(func.count()).where(Client.run_id == Run.id)
    points = select(func.sum(Series.count)).where(Series.run_id == Run.id)
    rounds = select(func.count()).where(*trained)
    newest = select(func.max(each.round_number)).where(*trained)
    of_newest = and_(
        ServerEvaluation.run_id == Run.id,
        ServerEvaluation.round_number == newest.scalar_subquery(),
    )
    numbers = (one.scalar_subquery() for one in (clients, points, rounds))
    query = select(Run.id, *numbers, ServerEvaluation).outerjoin(ServerEvaluation, of_newest)
    return query.where(Run.id.in_(bindparam("run_ids", expanding=True)))


_SIZES = _sizes_query()  # built once: that costs more than a database takes to answer it


def _sizes(session: Session, run_ids: Sequence[int]) -> dict[int, _Sizes]:
    """Return the sizes of each run."""
    return {
        run_id: _Sizes(
            clients=clients,
            points=int(points or 0),
            rounds=TrainedRounds(rounds=rounds, latest=latest) if latest else None,
        )
        for run_id, clients, points, rounds, latest in session.execute(
            _SIZES, {"run_ids": list(run_ids)}
        )
    }


def _summary(
    run: Run, job: Job | None, points: int, outcome: HeadlineResult, shown: Shown
) -> RunSummary:
    best = {"best_val_recall": outcome.recall, "best_val_accuracy": outcome.accuracy}
    return RunSummary(
        id=run.id,
        name=run.name,
        owner_id=run.owner_id,
        visibility=run.visibility,
        training_mode=run.training_mode,
        status=run.status,
        start_time=run.start_time,
        end_time=run.end_time,
        times=times_of(run),
        run_description=run.run_description,
        best_val_recall=outcome.recall or 0.0,
        best_val_accuracy=outcome.accuracy or 0.0,
        metrics_count=points,
        final_epoch_stats=statistics_of(outcome.counts),
        federated_info=outcome.federated_info,
        job=job,
        missing=[name for name, value in best.items() if value is None],
        archived_at=run.archived_at,
        origin=run.origin,
        dataset_id=run.dataset_id,
        tags=shown.tags.get(run.id, {}),
        params=shown.params.get(run.id, {}),
        metrics=shown.metrics.get(run.id, {}),
        best=shown.best.get(run.id, {}),
        results=shown.results.get(run.id, {}),
        task=run.task,
    )
