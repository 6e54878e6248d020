"""The best share (any metric but the loss) of many runs at once: in SQL, one way per mode.

The same rules as ``domain.extraction`` for one run, which a test holds this to: a share outside
0 to 1 is none, and the untrained model counts only where there is nothing else.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from sqlalchemy import ColumnElement, CompoundSelect, and_, case, exists, func, literal, or_, select
from sqlalchemy.orm import aliased

from app.models.run import Run, ServerEvaluation
from app.models.series import Series
from services.runs.results.best import KEPT, possible_share
from services.tracking.domain.metric_names import series_names
from services.tracking.domain.training_modes import FEDERATED

Number = ColumnElement[Any]
Selected = CompoundSelect[*tuple[Any, ...]]


def best_of_runs(matching: ColumnElement[bool], metrics: Sequence[str]) -> Selected:
    """Return a row per matching run: run_id, training_mode, and every metric by its name."""
    parts = [
        select(
            Run.id.label("run_id"),
            literal(mode).label("training_mode"),
            *(column.label(metric) for metric, column in way.columns(metrics).items()),
        )
        .select_from(Run)
        .outerjoin(way.table, way.joined(metrics))
        .where(Run.training_mode == mode, matching)
        .group_by(Run.id)
        for mode, way in WAYS.items()
    ]
    return parts[0].union_all(*parts[1:])


class Way(Protocol):
    """Where the metrics of the runs of a mode are, and how the best is read there."""

    table: type[Any]

    def joined(self, metrics: Sequence[str]) -> ColumnElement[bool]:
        """Return which rows of the table are the run's."""
        ...

    def columns(self, metrics: Sequence[str]) -> dict[str, Number]:
        """Return the best of those rows for each metric."""
        ...


class OfSeries:
    """In the run's own validation series; the run's row keeps two of them at hand."""

    table = Series

    def joined(self, metrics: Sequence[str]) -> ColumnElement[bool]:
        """Return the series of the metrics that the run's row does not keep."""
        apart = [metric for metric in metrics if metric not in KEPT]
        names = [name for metric in apart for name in series_names("val", metric)]
        return and_(Series.run_id == Run.id, Series.client == "", Series.name.in_(names))

    def columns(self, metrics: Sequence[str]) -> dict[str, Number]:
        """Return the best over every spelling."""
        return {metric: _of_series(metric) for metric in metrics}


def _of_series(metric: str) -> Number:
    if metric in KEPT:
        return possible_share(getattr(Run, f"best_val_{metric}").expression)
    measured = or_(*(Series.name == name for name in series_names("val", metric)))
    # of a share the best is the highest, and it lies in an index, which the highest does not
    return func.max(case((measured, possible_share(Series.best))))


class OfRounds:
    """In the server's evaluations."""

    table = ServerEvaluation

    def joined(self, metrics: Sequence[str]) -> ColumnElement[bool]:
        """Return the rounds after training, or the untrained model's where it is alone."""
        trained = aliased(ServerEvaluation)
        after = exists().where(trained.run_id == Run.id, trained.round_number > 0)
        counts = or_(ServerEvaluation.round_number > 0, ~after)
        return and_(ServerEvaluation.run_id == Run.id, counts)

    def columns(self, metrics: Sequence[str]) -> dict[str, Number]:
        """Return the best over those rounds."""
        return {
            metric: func.max(possible_share(getattr(ServerEvaluation, metric)))
            for metric in metrics
        }


WAYS: Mapping[str, Way] = {"centralized": OfSeries(), FEDERATED: OfRounds()}
