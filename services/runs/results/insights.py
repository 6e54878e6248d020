"""Results of many runs, compared only where they were measured on the same rows.

Runs are grouped by their task, their data set, by what their kept model was measured on, and by who
trained how: a training of one site alone and a run of another program are no centralized trainings.
A mean names over how many runs it is; a run without the figure counts in none. Forecasts are of
series that differ from session to session: they are averaged in what is relative to the naive
forecast of the same series.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Float,
    Row,
    String,
    case,
    cast,
    func,
    literal,
    select,
)
from sqlalchemy.orm import Session

from app.models.dataset import Dataset
from app.models.label import RunParam
from app.models.run import TASKS, Run, RunResult
from app.models.study import StudyRun
from services.runs.results.domain.aggregation import rounded
from services.runs.results.domain.result import REPORTED
from services.tracking.domain.metric_names import METRICS

KINDS = ("centralized", "federated", "local_only", "logged", "imported")
RANKED_BY = "accuracy"
MAX_RANKED = 10  # of one data set and kind of rows
RELATIVE = ("skill", "mase_seasonal")  # to the seasonal naive forecast of the same rows
FIGURES = (*METRICS, *RELATIVE)
_ABOUT = ("task", "dataset_id", "dataset", "measured_on", "kind")


@dataclass(frozen=True, kw_only=True)
class Mean:
    """A mean over ``n`` runs, None over none."""

    n: int
    mean: float | None


@dataclass(frozen=True, kw_only=True)
class ResultGroup:
    """Runs whose results stand side by side; ``measured_on`` is None where they have none.

    ``metrics`` are by the catalogue's names.
    """

    task: str
    dataset_id: int | None
    dataset: str | None
    measured_on: str | None
    kind: str
    n_runs: int
    metrics: Mapping[str, Mean]
    running_seconds: Mean


@dataclass(frozen=True, kw_only=True)
class RankedRun:
    """One run by the result of its kept model; equal results share a rank."""

    rank: int
    run_id: int
    name: str
    kind: str
    value: float
    num_rows: int | None
    running_seconds: float | None


@dataclass(frozen=True, kw_only=True)
class Ranking:
    """The best runs of one data set, all measured on the same kind of its rows."""

    dataset_id: int
    dataset: str
    measured_on: str
    metric: str
    runs: Sequence[RankedRun]


def grouped_results(session: Session, matching: ColumnElement[bool]) -> list[ResultGroup]:
    """Return the groups of the matching runs, the largest first, in one statement."""
    runs = _runs(matching)
    about = [runs.c[name] for name in _ABOUT]
    figures = (
        select(*about, RunResult.metric.label("metric"), RunResult.value.label("value"))
        .select_from(runs)
        .join(RunResult, RunResult.run_id == runs.c.run_id)
        .where(RunResult.metric.in_(FIGURES))
    )
    lengths = select(*about, literal("", String()), runs.c.seconds)
    rows = figures.union_all(lengths).subquery("figures")
    query = select(
        *(rows.c[name] for name in (*_ABOUT, "metric")),
        func.count().label("runs"),
        func.count(rows.c.value).label("n"),
        cast(func.avg(rows.c.value), Float).label("mean"),
    ).group_by(*(rows.c[name] for name in (*_ABOUT, "metric")))
    cells: Sequence[Any] = session.execute(query).all()
    ordered = sorted(cells, key=_place)
    groups = [_group(list(several)) for _, several in groupby(ordered, key=_place)]
    return sorted(groups, key=lambda group: -group.n_runs)


def ranked_results(session: Session, matching: ColumnElement[bool]) -> list[Ranking]:
    """Return the rankings of the matching runs, in one statement.

    What other programs report is ranked nowhere: nobody knows on which rows they measured.
    """
    order, within = RunResult.value.desc(), (Run.dataset_id, RunResult.measured_on)
    places = func.row_number().over(partition_by=within, order_by=(order, Run.id))
    ranked = (
        select(
            Run.id.label("run_id"),
            *(column.label(column.key) for column in within),
            RunResult.value.label("value"),
            RunResult.num_rows.label("num_rows"),
            func.rank().over(partition_by=within, order_by=order).label("rank"),
            places.label("place"),
        )
        .join(RunResult, RunResult.run_id == Run.id)
        .where(
            matching,
            RunResult.metric == RANKED_BY,
            RunResult.value.is_not(None),
            RunResult.measured_on != REPORTED,
            Run.dataset_id.is_not(None),
        )
        .subquery("ranked")
    )
    about = (Run.name, Run.duration_seconds, Dataset.name.label("dataset"), _kind().label("kind"))
    query = (
        select(ranked, *about)
        .join(Run, Run.id == ranked.c.run_id)
        .join(Dataset, Dataset.id == ranked.c.dataset_id)
        .where(ranked.c.place <= MAX_RANKED)
    )
    rows = session.execute(
        query.order_by(ranked.c.dataset_id, ranked.c.measured_on, ranked.c.place)
    ).all()
    return [
        _ranking(list(several))
        for _, several in groupby(rows, key=lambda row: (row.dataset_id, row.measured_on))
    ]


def _runs(matching: ColumnElement[bool]) -> CTE:
    """Return the matching runs, each with its group; all results of a run are on the same rows."""
    row = RunResult
    rows = select(func.max(row.measured_on)).where(row.run_id == Run.id).scalar_subquery()
    return (
        select(
            Run.id.label("run_id"),
            Run.task.label("task"),
            Run.dataset_id.label("dataset_id"),
            Dataset.name.label("dataset"),
            rows.label("measured_on"),
            _kind().label("kind"),
            Run.duration_seconds.label("seconds"),
        )
        .outerjoin(Dataset, Dataset.id == Run.dataset_id)
        .where(matching)
        .cte("matching_runs")
    )


def _kind() -> ColumnElement[Any]:
    """Return who trained how: a site alone is known by its study, or by its own setting."""
    in_study = select(StudyRun.run_id).where(StudyRun.client != "")
    by_setting = select(RunParam.run_id).where(
        RunParam.name == "only_client", RunParam.short.not_in(("", "null"))
    )
    return case(
        (Run.origin != "trained", Run.origin),
        (Run.id.in_(in_study) | Run.id.in_(by_setting), literal("local_only", String())),
        else_=Run.training_mode,
    )


def _place(row: Row[Any]) -> tuple[Any, ...]:
    return (
        TASKS.index(row.task),
        row.dataset_id or 0,
        row.measured_on or "",
        KINDS.index(row.kind),
    )


def _group(rows: Iterable[Row[Any]]) -> ResultGroup:
    by_metric = {row.metric: row for row in rows}
    length = by_metric.pop("")
    return ResultGroup(
        **{name: getattr(length, name) for name in _ABOUT},
        n_runs=length.runs,
        metrics={
            metric: Mean(n=by_metric[metric].n, mean=rounded(by_metric[metric].mean))
            for metric in FIGURES
            if metric in by_metric
        },
        running_seconds=Mean(n=length.n, mean=_milliseconds(length.mean)),
    )


def _milliseconds(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)


def _ranking(rows: Sequence[Row[Any]]) -> Ranking:
    first = rows[0]
    return Ranking(
        dataset_id=first.dataset_id,
        dataset=first.dataset,
        measured_on=first.measured_on,
        metric=RANKED_BY,
        runs=[
            RankedRun(
                rank=row.rank,
                run_id=row.run_id,
                name=row.name,
                kind=row.kind,
                value=row.value,
                num_rows=row.num_rows,
                running_seconds=_milliseconds(row.duration_seconds),
            )
            for row in rows
        ],
    )
