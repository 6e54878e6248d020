"""The contents of a report on several runs side by side."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.clock import now
from app.db.engine import Database
from app.models.run import Run
from services.runs.federated.domain.pooling import HELD_OUT, SITE_VALIDATION
from services.runs.results.compare import (
    ComparedMetric,
    ComparedResult,
    Comparison,
    ComparisonQuery,
    compare_runs,
)
from services.runs.results.compared_params import ComparedParam
from services.runs.results.measured import extractor_of
from services.runs.results.read import clock_time
from services.runs.results.report.contents import in_utc
from services.runs.results.report.drawing import Chart, ChartLine
from services.runs.times import duration_of
from services.tracking.domain.columns import Columns
from services.tracking.domain.metric_names import METRICS, series_names
from services.tracking.metrics import read_columns

MAX_PICTURES = 24
POINTS = ("val_cm_", "test_")  # how the series begin that are no curves
Themes = Mapping[str, Sequence[str]]  # the title of a picture, and the series that it draws


@dataclass(frozen=True, kw_only=True)
class RunHead:
    """One run of the comparison, in words."""

    id: int
    name: str
    training_mode: str
    status: str
    started: str
    ended: str
    duration: str


@dataclass(frozen=True, kw_only=True)
class MetricLine:
    """One metric: best and last value in each run, differences of the best to the baseline."""

    name: str
    lower_is_better: bool | None
    best: Sequence[float | None]
    last: Sequence[float | None]
    differences: Sequence[float | None]
    best_run: int | None


@dataclass(frozen=True, kw_only=True)
class ComparisonReport:
    """Runs side by side, parameters that differ first, and the curves that two or more have.

    ``judged_apart`` says which global models the sites measured, where others were measured
    on other rows; it is empty otherwise.
    """

    runs: Sequence[RunHead]
    baseline: int
    judged_apart: str
    params: Sequence[ComparedParam]
    results: Sequence[ComparedResult]
    metrics: Sequence[MetricLine]
    pictures: Sequence[Chart]
    made_at: datetime


def gather_comparison(database: Database, actor: Actor, query: ComparisonQuery) -> ComparisonReport:
    """Return the report of the runs in the requested order; raises what ``compare_runs`` does."""
    comparison = compare_runs(database, actor, query)
    runs = [one.run for one in comparison.runs]
    themes = dict(list(_themes(comparison).items())[:MAX_PICTURES])
    names = [name for several in themes.values() for name in several]
    with database.read() as session:
        curves = {run.id: _curves(session, run, names) for run in runs}
    return ComparisonReport(
        runs=[_head(run) for run in runs],
        baseline=comparison.baseline,
        judged_apart=_judged_apart(comparison),
        params=comparison.params,
        results=comparison.results,
        metrics=_metrics(comparison),
        pictures=[_picture(title, names, runs, curves) for title, names in themes.items()],
        made_at=now(),
    )


def _themes(comparison: Comparison) -> Themes:
    """Return what both modes measure under names of their own, then what several runs share."""
    known = {metric.name for metric in comparison.metrics}
    both: dict[str, Sequence[str]] = {}
    for metric in METRICS:
        server, own = (
            [name for name in series_names(phase, metric) if name in known]
            for phase in ("global", "val")
        )
        if server and own:
            both[metric] = [*server, *own, metric]
    taken = {name for names in both.values() for name in names}
    shared = [
        name for name in comparison.series if name not in taken and not name.startswith(POINTS)
    ]
    return both | {name: [name] for name in shared}


def _judged_apart(comparison: Comparison) -> str:
    by_sites, held_out = (
        ", ".join(f"run_{one.run.id}" for one in comparison.runs if one.evaluated_on == on)
        for on in (SITE_VALIDATION, HELD_OUT)
    )
    if not by_sites or all(one.evaluated_on == SITE_VALIDATION for one in comparison.runs):
        return ""
    others = (
        f"those of {held_out} on rows that no training saw"
        if held_out
        else "the others on other rows"
    )
    return (
        "The global models are measured on different rows: those of "
        f"{by_sites} on the sites' own validation rows, {others}. "
        "Their figures are not of the same test."
    )


def _head(run: Run) -> RunHead:
    ran = duration_of(run)
    return RunHead(
        id=run.id,
        name=run.name,
        training_mode=run.training_mode,
        status=run.status,
        started=in_utc(run.start_time),
        ended=in_utc(run.end_time),
        duration="—" if ran is None else clock_time(ran),
    )


def _metrics(comparison: Comparison) -> list[MetricLine]:
    return [_metric(metric) for metric in comparison.metrics]


def _metric(metric: ComparedMetric) -> MetricLine:
    return MetricLine(
        name=metric.name,
        lower_is_better=metric.lower_is_better,
        best=[None if one is None else one.best for one in metric.values],
        last=[None if one is None else _last(one.last) for one in metric.values],
        differences=metric.differences,
        best_run=metric.best_run,
    )


def _last(value: float | None) -> float:
    """Return the latest value; of a series that has points a missing one is not a number."""
    return math.nan if value is None else value


def _curves(session: Session, run: Run, names: Sequence[str]) -> dict[str, ChartLine]:
    first = extractor_of(session, run).first_step
    label = f"run_{run.id} {run.name}"
    columns_by_name = read_columns(session, run.id, names)
    return {name: _line(label, columns, first) for name, columns in columns_by_name.items()}


def _line(label: str, columns: Columns, first: int) -> ChartLine:
    steps = columns.steps.astype(np.float64) + first
    return ChartLine(label=label, steps=steps, values=columns.values)


def _picture(
    title: str,
    names: Sequence[str],
    runs: Sequence[Run],
    curves: Mapping[int, Mapping[str, ChartLine]],
) -> Chart:
    none = np.empty(0)
    lines = [
        next((curves[run.id][name] for name in names if name in curves[run.id]), None)
        or ChartLine(label=f"run_{run.id} {run.name}", steps=none, values=none)
        for run in runs
    ]  # a run without the curve keeps its place, so that colours mean the same everywhere
    return Chart(title=title, x_label="epoch or round", lines=lines)
