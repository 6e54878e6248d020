"""What a list shows beside every run: one statement per kind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.label import RunParam, RunTag
from app.models.run import RunResult
from app.models.series import Series
from services.search.query import ColumnsQuery
from services.tracking.catalogue import known_names

Numbers = Mapping[str, float | None]
Texts = Mapping[str, str]
Results = Mapping[str, Mapping[str, Any]]  # value, measured_on and num_rows of each metric


@dataclass(frozen=True, kw_only=True)
class Shown:
    """The requested columns, by run and name; a run without any of it is not in the mapping."""

    metrics: Mapping[int, Numbers] = field(default_factory=dict)
    best: Mapping[int, Numbers] = field(default_factory=dict)
    results: Mapping[int, Results] = field(default_factory=dict)
    params: Mapping[int, Texts] = field(default_factory=dict)
    tags: Mapping[int, Texts] = field(default_factory=dict)


def shown_of(session: Session, run_ids: Sequence[int], columns: ColumnsQuery) -> Shown:
    """Return what ``columns`` ask for of each run."""
    metrics: dict[int, dict[str, float | None]] = {}
    best: dict[int, dict[str, float | None]] = {}
    if columns.metrics != ():
        query = select(Series.run_id, Series.name, Series.last, Series.best)
        query = query.where(Series.run_id.in_(run_ids), Series.client == "")
        if columns.metrics is not None:
            query = query.where(Series.name.in_(columns.metrics))
        for run_id, name, last, highest in session.execute(query):
            metrics.setdefault(run_id, {})[name] = last
            best.setdefault(run_id, {})[name] = highest
    return Shown(
        metrics=metrics,
        best=best,
        results=_results(session, run_ids, columns.results),
        params=_labels(session, RunParam, run_ids, columns.params),
        tags=_labels(session, RunTag, run_ids, columns.tags),
    )


def _results(
    session: Session, run_ids: Sequence[int], names: Sequence[str] | None
) -> dict[int, dict[str, dict[str, Any]]]:
    row = RunResult
    query = select(row.run_id, row.metric, row.value, row.measured_on, row.num_rows)
    query = query.where(row.run_id.in_(run_ids))
    if names is not None:
        query = query.where(row.metric.in_([*known_names(), *names]))
    results: dict[int, dict[str, dict[str, Any]]] = {}
    for run_id, metric, value, measured_on, num_rows in session.execute(query):
        result = {"value": value, "measured_on": measured_on, "num_rows": num_rows}
        results.setdefault(run_id, {})[metric] = result
    return results


def _labels(
    session: Session,
    model: type[RunParam] | type[RunTag],
    run_ids: Sequence[int],
    names: Sequence[str] | None,
) -> dict[int, dict[str, str]]:
    labels: dict[int, dict[str, str]] = {}
    if names == ():
        return labels
    query = select(model.run_id, model.name, model.value).where(model.run_id.in_(run_ids))
    if names is not None:
        query = query.where(model.name.in_(names))
    for run_id, name, value in session.execute(query):
        labels.setdefault(run_id, {})[name] = value
    return labels
