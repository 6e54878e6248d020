"""Keeping the result of each run in line with what was measured of its kept model.

Whoever writes a kept step, an evaluation, a manifest or reported points calls ``keep_results`` in
the same transaction. For points of a running external script the announcer does, a few times a
second, and the end of the run does once more.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, insert, or_, select
from sqlalchemy.orm import Session, aliased

from app.models.run import Run, RunResult, ServerEvaluation
from app.models.series import Series
from services.runs.results.counts import counts_of_round
from services.runs.results.domain.defined import Confusion, defined_metrics
from services.runs.results.domain.history import counts_of, matrix_of
from services.runs.results.domain.result import (
    SITE_VALIDATION,
    TEST,
    VALIDATION,
    MetricResult,
    Reported,
    declared_results,
    measured_results,
    reported_results,
)
from services.runs.results.evaluated import num_samples_of
from services.tracking.domain.metric_names import COUNTS, METRICS, count_name
from services.tracking.domain.training_modes import is_federated
from services.tracking.metrics.stored import columns_of

REPORTED_RESULT = (
    "result"  # in the manifest of a logged run: what its program says that its model scores
)
MATRIX = "confusion_matrix"  # of several classes, among the additional metrics
CONFUSION = tuple(count_name(count) for count in COUNTS)
_FACTS = (Run.id, Run.origin, Run.training_mode, Run.best_step, Run.dataset_id, Run.manifest)


@dataclass(frozen=True, kw_only=True)
class ResultValue:
    """What the kept model of one run scores, and the rows it was measured on."""

    value: float | None
    measured_on: str
    num_rows: int | None
    step: int | None


@dataclass(frozen=True, kw_only=True)
class _MeasuredRun:
    """What the database holds of one run: its own series and the evaluation that counts."""

    series: Sequence[Any]
    evaluation: ServerEvaluation | None
    at_best: Mapping[str, float]


def results_of(session: Session, run_ids: Sequence[int]) -> dict[int, dict[str, ResultValue]]:
    """Return what the kept model of each run scores, by run and metric."""
    row = RunResult
    columns = (row.run_id, row.metric, row.value, row.measured_on, row.num_rows, row.step)
    results: dict[int, dict[str, ResultValue]] = {}
    for run_id, metric, value, measured_on, num_rows, step in session.execute(
        select(*columns).where(row.run_id.in_(run_ids))
    ):
        result = ResultValue(value=value, measured_on=measured_on, num_rows=num_rows, step=step)
        results.setdefault(run_id, {})[metric] = result
    return results


def keep_results(session: Session, run_ids: Iterable[int]) -> None:
    """Bring the results of these runs in line with their series, evaluations and manifests."""
    session.flush()
    facts = select(*_FACTS).where(Run.id.in_(list(run_ids))).order_by(Run.id)
    runs = session.execute(facts.with_for_update(key_share=True)).all()
    ids = [run.id for run in runs]
    if not ids:
        return
    series, evaluations = _series(session, runs), _evaluations(session, runs)
    at_best = _values_at_best(session, runs, series)
    rows = [
        {"run_id": run.id, **vars(result)}
        for run in runs
        for result in _results(
            run,
            _MeasuredRun(
                series=series.get(run.id, ()),
                evaluation=evaluations.get(run.id),
                at_best=at_best.get(run.id, {}),
            ),
        )
    ]
    session.execute(delete(RunResult).where(RunResult.run_id.in_(ids)))
    if rows:
        session.execute(insert(RunResult), rows)


def _results(run: Any, stored: _MeasuredRun) -> list[MetricResult]:
    if run.origin != "trained" and REPORTED_RESULT in (run.manifest or {}):
        return declared_results(**run.manifest[REPORTED_RESULT])
    if run.origin != "trained":
        return reported_results([*_of_series(stored.series), *_of_server(stored.evaluation)])
    if is_federated(run.training_mode) and stored.evaluation is not None:
        measured_on = SITE_VALIDATION if run.dataset_id is None else TEST
        rows = num_samples_of(stored.evaluation)
        metrics = defined_metrics(_metrics(stored.evaluation), confusion_of(stored.evaluation))
        return measured_results(metrics, measured_on, rows, run.best_step)
    test = (run.manifest or {}).get("test")
    if test:
        rows = (run.manifest.get("split") or {}).get("test")
        metrics = defined_metrics(test["metrics"], test.get("confusion"))
        return measured_results(metrics, TEST, rows, run.best_step)
    counts = counts_of([stored.at_best.get(name) for name in CONFUSION])
    rows = None if counts is None else sum(counts)
    metrics = defined_metrics(stored.at_best, matrix_of(counts))
    return measured_results(metrics, VALIDATION, rows, run.best_step)


def _series(session: Session, runs: Sequence[Any]) -> dict[int, list[Any]]:
    """Return the runs' own series; of trainings those of validation rows."""
    columns = (Series.id, Series.run_id, Series.name, Series.last, Series.last_step)
    reported = [run.id for run in runs if run.origin != "trained"]
    trained = [run.id for run in runs if run.origin == "trained" and run.best_step is not None]
    mine: list[ColumnElement[bool]] = [Series.run_id.in_(reported)] if reported else []
    if trained:
        validation = func.substr(Series.name, 1, len("val_")) == "val_"
        mine.append(and_(Series.run_id.in_(trained), validation))
    series_by_run: dict[int, list[Any]] = defaultdict(list)
    if mine:
        for row in session.execute(select(*columns).where(or_(*mine), Series.client == "")):
            series_by_run[row.run_id].append(row)
    return series_by_run


def _values_at_best(
    session: Session, runs: Sequence[Any], series: Mapping[int, Sequence[Any]]
) -> dict[int, dict[str, float]]:
    """Return what each training measured on its validation rows at its kept step."""
    best = {run.id: run.best_step for run in runs if run.origin == "trained"}
    rows = [row for run_id in best for row in series.get(run_id, ())]
    older = [row.id for row in rows if row.last_step != best[row.run_id]]
    stored = columns_of(session, older)
    values_by_run: dict[int, dict[str, float]] = defaultdict(dict)
    for row in rows:
        step = best[row.run_id]
        columns = stored.get(row.id)
        older_value = None if columns is None else columns.value_at(step)
        value = row.last if row.last_step == step else older_value
        if value is not None:
            values_by_run[row.run_id][row.name] = value
    return values_by_run


def _evaluations(session: Session, runs: Sequence[Any]) -> dict[int, ServerEvaluation]:
    """Return the evaluation of the kept round, of a reported federation that of the newest."""
    federated = [run for run in runs if is_federated(run.training_mode)]
    if not federated:
        return {}
    row, other = ServerEvaluation, aliased(ServerEvaluation)
    newest = select(func.max(other.round_number)).where(other.run_id == Run.id).scalar_subquery()
    of_run = Run.id.in_([run.id for run in federated])
    kept = and_(Run.origin == "trained", row.round_number == Run.best_step)
    reported = and_(Run.origin != "trained", row.round_number == newest)
    query = select(row).join(Run, Run.id == row.run_id).where(of_run, or_(kept, reported))
    return {evaluation.run_id: evaluation for evaluation in session.scalars(query)}


def _of_series(series: Sequence[Any]) -> list[Reported]:
    return [Reported(name=row.name, value=row.last, step=row.last_step) for row in series]


def _of_server(row: ServerEvaluation | None) -> list[Reported]:
    if row is None:
        return []
    step, rows = row.round_number, num_samples_of(row)
    return [
        Reported(name=f"global_{metric}", value=value, step=step, num_rows=rows)
        for metric, value in _metrics(row).items()
    ]


def confusion_of(row: ServerEvaluation) -> Confusion | None:
    """Return the matrix of an evaluation; that of more than two classes is kept beside it."""
    counts = counts_of_round(row)
    return (row.additional_metrics or {}).get(MATRIX) if counts is None else matrix_of(counts)


def _metrics(row: ServerEvaluation) -> dict[str, float | None]:
    """Return what was measured; what a row does not hold was not."""
    values = {metric: getattr(row, metric) for metric in METRICS}
    return {metric: value for metric, value in values.items() if value is not None}
