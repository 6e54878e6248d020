"""Runs in a few numbers each, for lists: a constant number of statements for any number of runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from app.models.job import Job
from app.models.run import Run, ServerEvaluation
from services.runs.counts import counts_of_epoch, counts_of_round, statistics_of
from services.runs.domain.confusion import ConfusionStatistics
from services.runs.domain.metric_names import COUNTS, count_name, series_names
from services.runs.repository import (
    SeriesSummary,
    client_counts,
    newest_jobs,
    own_series,
    point_counts,
)
from services.runs.search.shown import Shown, shown_of
from services.runs.search.wanted import NO_COLUMNS, ColumnsWanted

RECALL = series_names("val", "recall")
ACCURACY = series_names("val", "accuracy")
CONFUSION = tuple(count_name(count) for count in COUNTS)


@dataclass(frozen=True, kw_only=True)
class FederatedInfo:
    """What the server measured; round 0, the untrained model, counts nowhere."""

    num_rounds: int = 0
    num_clients: int = 0
    has_server_evaluation: bool = False
    best_accuracy: float | None = None
    best_recall: float | None = None
    latest_round: int | None = None
    latest_accuracy: float | None = None


@dataclass(frozen=True, kw_only=True)
class RunSummary:
    """One line of the list. The two best values are 0.0 where ``missing`` names them."""

    id: int
    name: str
    owner_id: int
    visibility: str
    training_mode: str
    status: str
    start_time: datetime
    end_time: datetime | None
    run_description: str | None
    best_val_recall: float
    best_val_accuracy: float
    metrics_count: int
    final_epoch_stats: ConfusionStatistics | None
    federated_info: FederatedInfo | None
    job: Job | None
    archived_at: datetime | None
    origin: str
    missing: list[str] = field(default_factory=list)
    tags: Mapping[str, str] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)
    metrics: Mapping[str, float | None] = field(default_factory=dict)
    best: Mapping[str, float | None] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class _Evaluated:
    """The rounds of one federated run in a few numbers."""

    rounds: int
    best_accuracy: float | None
    best_recall: float | None
    latest: ServerEvaluation


def summarise_runs(
    session: Session, runs: Sequence[Run], columns: ColumnsWanted = NO_COLUMNS
) -> list[RunSummary]:
    """Return the summaries of ``runs``, in their order."""
    ids = [run.id for run in runs]
    jobs = newest_jobs(session, ids)
    series = own_series(session, ids, (*RECALL, *ACCURACY, *CONFUSION))
    counts = point_counts(session, ids)
    clients = client_counts(session, ids)
    evaluated = _evaluated(session, ids)
    shown = shown_of(session, ids, columns)
    return [
        _summary(
            run,
            jobs.get(run.id),
            series.get(run.id, {}),
            counts.get(run.id, 0),
            clients.get(run.id, 0),
            evaluated.get(run.id),
            shown,
        )
        for run in runs
    ]


def _evaluated(session: Session, run_ids: Sequence[int]) -> dict[int, _Evaluated]:
    totals = (
        select(
            ServerEvaluation.run_id,
            func.count().label("rounds"),
            func.max(ServerEvaluation.accuracy).label("best_accuracy"),
            func.max(ServerEvaluation.recall).label("best_recall"),
            func.max(ServerEvaluation.round_number).label("latest_round"),
        )
        .where(ServerEvaluation.run_id.in_(run_ids), ServerEvaluation.round_number > 0)
        .group_by(ServerEvaluation.run_id)
        .subquery()
    )
    latest = and_(
        ServerEvaluation.run_id == totals.c.run_id,
        ServerEvaluation.round_number == totals.c.latest_round,
    )
    rows = session.execute(select(totals, ServerEvaluation).join(ServerEvaluation, latest))
    return {
        row.run_id: _Evaluated(
            rounds=row.rounds,
            best_accuracy=row.best_accuracy,
            best_recall=row.best_recall,
            latest=row.ServerEvaluation,
        )
        for row in rows
    }


def _summary(
    run: Run,
    job: Job | None,
    series: dict[str, SeriesSummary],
    points: int,
    num_clients: int,
    evaluated: _Evaluated | None,
    shown: Shown,
) -> RunSummary:
    if run.training_mode == "federated":
        recall = evaluated.best_recall if evaluated else None
        accuracy = evaluated.best_accuracy if evaluated else None
        info = _federated_info(evaluated, num_clients)
        counts = counts_of_round(evaluated.latest) if evaluated else None
    else:
        recall, accuracy, info = _highest(series, RECALL), _highest(series, ACCURACY), None
        counts = counts_of_epoch(series)
    best = {"best_val_recall": recall, "best_val_accuracy": accuracy}
    return RunSummary(
        id=run.id,
        name=run.name,
        owner_id=run.owner_id,
        visibility=run.visibility,
        training_mode=run.training_mode,
        status=run.status,
        start_time=run.start_time,
        end_time=run.end_time,
        run_description=run.run_description,
        best_val_recall=recall or 0.0,
        best_val_accuracy=accuracy or 0.0,
        metrics_count=points,
        final_epoch_stats=statistics_of(counts),
        federated_info=info,
        job=job,
        missing=[name for name, value in best.items() if value is None],
        archived_at=run.archived_at,
        origin=run.origin,
        tags=shown.tags.get(run.id, {}),
        params=shown.params.get(run.id, {}),
        metrics=shown.metrics.get(run.id, {}),
        best=shown.best.get(run.id, {}),
    )


def _federated_info(evaluated: _Evaluated | None, num_clients: int) -> FederatedInfo:
    if evaluated is None:
        return FederatedInfo(num_clients=num_clients)
    return FederatedInfo(
        num_rounds=evaluated.rounds,
        num_clients=num_clients,
        has_server_evaluation=True,
        best_accuracy=evaluated.best_accuracy,
        best_recall=evaluated.best_recall,
        latest_round=evaluated.latest.round_number,
        latest_accuracy=evaluated.latest.accuracy,
    )


def _highest(series: dict[str, SeriesSummary], names: Sequence[str]) -> float | None:
    known = [found.max for name in names if (found := series.get(name)) and found.max is not None]
    return max(known, default=None)
