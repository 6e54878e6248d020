"""The best recall and accuracy of a run, kept on its row so that lists sort by an index.

They repeat what series and evaluations say: whoever writes one of those calls ``update_best`` in
the same transaction.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.models.run import Run, ServerEvaluation
from app.models.series import Series
from services.tracking.catalogue import ROUNDING
from services.tracking.domain.metric_names import series_names
from services.tracking.domain.training_modes import FEDERATED

KEPT = ("recall", "accuracy")
NAMES = frozenset(name for metric in KEPT for name in series_names("val", metric))


def update_best(session: Session, run_ids: Iterable[int]) -> None:
    """Bring the best values of these runs in line with their series and evaluations."""
    session.flush()
    values = {f"best_val_{metric}": best(metric) for metric in KEPT}
    stale = [getattr(Run, name).is_distinct_from(value) for name, value in values.items()]
    session.execute(
        update(Run).where(Run.id.in_(list(run_ids)), or_(*stale)).values(values),
        execution_options={"synchronize_session": False},
    )


def best(metric: str) -> ColumnElement[Any]:
    """Return the best of a run: of its validation series, or of its trained rounds."""
    column: InstrumentedAttribute[float | None] = getattr(ServerEvaluation, metric)
    own = select(func.max(possible_share(Series.best))).where(
        Series.run_id == Run.id, Series.client == "", Series.name.in_(series_names("val", metric))
    )
    server = select(func.max(possible_share(column))).where(
        ServerEvaluation.run_id == Run.id, ServerEvaluation.round_number > 0
    )
    federated = Run.training_mode == FEDERATED
    return case((federated, server.scalar_subquery()), else_=own.scalar_subquery())


def possible_share(value: Any) -> ColumnElement[Any]:
    """Return a share as it can be: rounding is clamped to 0 or 1, what lies outside is null."""
    return case(
        (value.between(0.0, 1.0), value),
        (value.between(1.0, 1.0 + ROUNDING), 1.0),
        (value.between(-ROUNDING, 0.0), 0.0),
    )
