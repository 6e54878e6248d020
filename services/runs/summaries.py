"""Runs in a few numbers each, for lists: a constant number of statements for any number of runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from app.models.job import Job
from app.models.run import Run, ServerEvaluation
from services.runs.results.counts import statistics_of
from services.runs.results.domain.confusion import ConfusionStatistics
from services.runs.results.outcomes import (
    FederatedInfo,
    HeadlineResult,
    TrainedRounds,
    outcome_of,
)
from services.runs.statements import newest_jobs, own_series, sizes_of
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
    jobs, sizes = newest_jobs(session, ids), sizes_of(session, ids)
    series = own_series(session, ids, CONFUSION)
    latest = _latest_rounds(session, ids)
    shown = shown_of(session, ids, columns)
    return [
        _summary(
            run,
            jobs.get(run.id),
            sizes[run.id].points,
            outcome_of(run, series.get(run.id, {}), latest.get(run.id), sizes[run.id].clients),
            shown,
        )
        for run in runs
    ]


def _latest_rounds(session: Session, run_ids: Sequence[int]) -> dict[int, TrainedRounds]:
    """Return how many rounds each federated run has trained, and the newest one."""
    totals = (
        select(
            ServerEvaluation.run_id,
            func.count().label("rounds"),
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
    rows = session.execute(select(totals.c.rounds, ServerEvaluation).join(totals, latest))
    return {row.run_id: TrainedRounds(rounds=rounds, latest=row) for rounds, row in rows}


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
