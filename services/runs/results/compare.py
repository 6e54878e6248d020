"""Two to twenty runs side by side: what was set differently, and what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.access import can_edit, require_all_visible
from app.auth.actor import Actor
from app.db.engine import Database
from app.errors import Invalid
from app.ids import parse_id
from app.models.run import Run
from app.models.series import Series
from services.runs.results.compared_params import (
    ComparedParam,
    compared_params,
    modes_compared,
)
from services.runs.results.domain.comparable import (
    best_run_of,
    differences,
    rows_of_series,
)
from services.runs.results.evaluated import evaluated_on
from services.runs.results.kept_results import ResultValue, results_of
from services.runs.times import RunTimes, times_of
from services.tracking.catalogue import direction_of
from services.tracking.domain.metric_names import METRICS, series_names
from services.tracking.labels import params_of, tags_of

MAX_RUNS = 20


@dataclass(frozen=True, kw_only=True)
class ComparisonQuery:
    """Which runs, and which of them the others are held against (None: the first)."""

    ids: Sequence[str]
    baseline: str | None = None


@dataclass(frozen=True, kw_only=True)
class ComparedRun:
    """One run of the comparison."""

    run: Run
    tags: Mapping[str, str] = field(default_factory=dict)
    can_edit: bool = False

    @property
    def evaluated_on(self) -> str | None:
        """What its global model is measured on."""
        return evaluated_on(self.run)

    @property
    def times(self) -> RunTimes:
        """How long it waited, ran and lay stopped."""
        return times_of(self.run)


@dataclass(frozen=True, kw_only=True)
class MetricValue:
    """One metric of one run, best over its epochs or rounds; ``measured_on`` are its rows."""

    last: float | None
    best: float | None
    best_step: int | None
    goal: str | None = None
    measured_on: str | None = None


@dataclass(frozen=True, kw_only=True)
class ComparedMetric:
    """One metric with its values in each run, in their order.

    ``differences`` are best values minus the baseline's best, None where either was measured on
    other rows. ``best_run`` has the one best value of several on the same kind of rows of the same
    data set; values on different rows, equal values and a metric of unknown direction have none.
    """

    name: str
    goal: str | None
    values: Sequence[MetricValue | None]
    differences: Sequence[float | None]
    best_run: int | None

    @property
    def lower_is_better(self) -> bool | None:
        """Which way is better, None where nobody knows."""
        return None if self.goal is None else self.goal == "min"

    @property
    def in_catalogue(self) -> bool:
        """Whether the catalogue knows the direction, so that nobody needs to choose it."""
        return direction_of(self.name) is not None


@dataclass(frozen=True, kw_only=True)
class ComparedResult:
    """One metric of the kept models; differences and ``best_run`` as in ``ComparedMetric``."""

    metric: str
    goal: str | None
    values: Sequence[ResultValue | None]
    differences: Sequence[float | None]
    best_run: int | None

    @property
    def lower_is_better(self) -> bool | None:
        """Which way is better, None where nobody knows."""
        return None if self.goal is None else self.goal == "min"


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Runs side by side; parameters that differ come first."""

    runs: Sequence[ComparedRun]
    baseline: int
    params: Sequence[ComparedParam]
    results: Sequence[ComparedResult]
    metrics: Sequence[ComparedMetric]
    series: Sequence[str]


Values = Mapping[str, Mapping[int, MetricValue]]  # by metric and run


def compare_runs(database: Database, actor: Actor, query: ComparisonQuery) -> Comparison:
    """Return the comparison of the runs in the requested order.

    Raises Invalid for fewer than two runs, more than twenty, a run named twice or a baseline that
    is not among them; NotFound for a run that is not the actor's to see.
    """
    _check_count(query.ids)
    with database.read() as session:
        ids = [parse_id(one, "ids") for one in query.ids]
        runs = require_all_visible(session, Run, ids, actor)
        baseline = _baseline(ids, query.baseline)
        params, tags = params_of(session, ids), tags_of(session, ids)
        values = _values(session, runs)
        results = results_of(session, ids)
    rows = sorted((values | across_modes(values)).items())
    return Comparison(
        runs=[
            ComparedRun(run=run, tags=tags.get(run.id, {}), can_edit=can_edit(actor, run))
            for run in runs
        ],
        baseline=baseline,
        params=compared_params([params.get(run_id, {}) for run_id in ids], modes_compared(runs)),
        results=[
            _result(metric, runs, results, baseline, goal_of(values.get(metric, {})))
            for metric in _metrics_in(results)
        ],
        metrics=[_metric(name, runs, of_runs, baseline) for name, of_runs in rows],
        series=sorted(name for name, of_runs in values.items() if len(of_runs) > 1),
    )


def _check_count(ids: Sequence[str]) -> None:
    if len(set(ids)) != len(ids):
        raise _wrong_ids("A run is named twice: name each once.")
    if not 2 <= len(ids) <= MAX_RUNS:
        raise _wrong_ids(f"{len(ids)} given: name 2 to {MAX_RUNS} runs, with commas between.")


def _wrong_ids(sentence: str) -> Invalid:
    return Invalid("The runs to compare are not valid: see ids.", errors={"ids": [sentence]})


def _baseline(ids: Sequence[int], requested: str | None) -> int:
    if requested is None:
        return ids[0]
    baseline = next((one for one in ids if str(one) == requested), None)
    if baseline is None:
        known = ", ".join(map(str, ids))
        sentence = f"{requested[:50]!r} is none of the runs compared: {known}."
        raise Invalid("The baseline is not valid.", errors={"baseline": [sentence]})
    return baseline


def _values(session: Session, runs: Sequence[Run]) -> dict[str, dict[int, MetricValue]]:
    """Return the runs' own metrics by name and run."""
    columns = (Series.run_id, Series.name, Series.last, Series.best, Series.best_step, Series.goal)
    by_id = {run.id: run for run in runs}
    query = select(*columns).where(Series.run_id.in_(by_id), Series.client == "")
    values_by_metric: dict[str, dict[int, MetricValue]] = {}
    for run_id, name, last, best, best_step, goal in session.execute(query):
        rows = rows_of_series(name, evaluated_on(by_id[run_id]))
        value = MetricValue(last=last, best=best, best_step=best_step, goal=goal, measured_on=rows)
        values_by_metric.setdefault(name, {})[run_id] = value
    return values_by_metric


def across_modes(values: Values) -> dict[str, dict[int, MetricValue]]:
    """Return one row for what both modes measure under names of their own.

    ``val_acc`` of a centralised run and ``global_accuracy`` of a federation are ``accuracy``.
    """
    shared = {}
    for metric in METRICS:
        own, server = (
            [values[name] for name in series_names(phase, metric) if name in values]
            for phase in ("val", "global")
        )
        if own and server and metric not in values:
            shared[metric] = {run: value for part in (*server, *own) for run, value in part.items()}
    return shared


def _metric(
    name: str, runs: Sequence[Run], of_runs: Mapping[int, MetricValue], baseline: int
) -> ComparedMetric:
    ids = [run.id for run in runs]
    values = [of_runs.get(run_id) for run_id in ids]
    goal = goal_of(of_runs)
    pairs = [
        None if one is None else (one.best, (run.dataset_id, one.measured_on))
        for run, one in zip(runs, values, strict=True)
    ]
    return ComparedMetric(
        name=name,
        goal=goal,
        values=values,
        differences=differences(pairs, ids.index(baseline)),
        best_run=best_run_of(pairs, ids, goal),
    )


def goal_of(of_runs: Mapping[int, MetricValue]) -> str | None:
    """Return the direction that all runs agree on, None where they do not or nobody knows."""
    goals = {one.goal for one in of_runs.values()}
    return goals.pop() if len(goals) == 1 else None


def _metrics_in(results: Mapping[int, Mapping[str, ResultValue]]) -> list[str]:
    return sorted({metric for of_run in results.values() for metric in of_run})


def _result(
    metric: str,
    runs: Sequence[Run],
    results: Mapping[int, Mapping[str, ResultValue]],
    baseline: int,
    defined: str | None,
) -> ComparedResult:
    ids = [run.id for run in runs]
    values = [results.get(run_id, {}).get(metric) for run_id in ids]
    pairs = [
        None if one is None else (one.value, (run.dataset_id, one.measured_on))
        for run, one in zip(runs, values, strict=True)
    ]
    goal = direction_of(metric) or defined
    return ComparedResult(
        metric=metric,
        goal=goal,
        values=values,
        differences=differences(pairs, ids.index(baseline)),
        best_run=best_run_of(pairs, ids, goal),
    )
