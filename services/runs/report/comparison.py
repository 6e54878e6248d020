"""What a report tells of several runs side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.clock import now
from app.db.engine import Database
from app.models.run import Run
from services.runs.compare import (
    ComparedMetric,
    ComparedParam,
    Comparison,
    ComparisonWanted,
    compare_runs,
)
from services.runs.domain.columns import Columns
from services.runs.measured import extractor_of
from services.runs.report.contents import in_utc
from services.runs.report.drawing import Line, Picture
from services.runs.series import read_columns

MOST_PICTURES = 24


@dataclass(frozen=True, kw_only=True)
class RunHead:
    """One run of the comparison, in words."""

    id: int
    name: str
    training_mode: str
    status: str
    started: str
    ended: str


@dataclass(frozen=True, kw_only=True)
class MetricLine:
    """One metric: best and last value in each run, differences of the best to the baseline."""

    name: str
    lower_is_better: bool
    best: Sequence[float | None]
    last: Sequence[float | None]
    differences: Sequence[float | None]
    best_run: int | None


@dataclass(frozen=True, kw_only=True)
class ComparisonReport:
    """Runs side by side, parameters that differ first, and the curves that two or more have."""

    runs: Sequence[RunHead]
    baseline: int
    params: Sequence[ComparedParam]
    metrics: Sequence[MetricLine]
    pictures: Sequence[Picture]
    made_at: datetime


def gather_comparison(
    database: Database, actor: Actor, wanted: ComparisonWanted
) -> ComparisonReport:
    """Return the report of the runs in the order asked for; raises what ``compare_runs`` does."""
    found = compare_runs(database, actor, wanted)
    runs = [one.run for one in found.runs]
    shared = [name for name in found.series if not name.startswith("val_cm_")][:MOST_PICTURES]
    with database.read() as session:
        curves = {run.id: _curves(session, run, shared) for run in runs}
    return ComparisonReport(
        runs=[_head(run) for run in runs],
        baseline=found.baseline,
        params=found.params,
        metrics=_metrics(found),
        pictures=[_picture(name, runs, curves) for name in shared],
        made_at=now(),
    )


def _head(run: Run) -> RunHead:
    return RunHead(
        id=run.id,
        name=run.name,
        training_mode=run.training_mode,
        status=run.status,
        started=in_utc(run.start_time),
        ended=in_utc(run.end_time),
    )


def _metrics(found: Comparison) -> list[MetricLine]:
    return [_metric(metric) for metric in found.metrics]


def _metric(metric: ComparedMetric) -> MetricLine:
    return MetricLine(
        name=metric.name,
        lower_is_better=metric.lower_is_better,
        best=[None if one is None else one.best for one in metric.values],
        last=[None if one is None else one.last for one in metric.values],
        differences=metric.differences,
        best_run=metric.best_run,
    )


def _curves(session: Session, run: Run, names: Sequence[str]) -> dict[str, Line]:
    first = extractor_of(session, run).first_step
    label = f"run_{run.id} {run.name}"
    told = read_columns(session, run.id, names)
    return {name: _line(label, columns, first) for name, columns in told.items()}


def _line(label: str, columns: Columns, first: int) -> Line:
    steps = columns.steps.astype(np.float64) + first
    return Line(label=label, steps=steps, values=columns.values)


def _picture(name: str, runs: Sequence[Run], curves: Mapping[int, Mapping[str, Line]]) -> Picture:
    none = np.empty(0)
    lines = [
        curves[run.id].get(name) or Line(label=f"run_{run.id} {run.name}", steps=none, values=none)
        for run in runs
    ]  # a run without the curve keeps its place, so that colours mean the same everywhere
    return Picture(title=name, x_label="epoch or round", lines=lines)
