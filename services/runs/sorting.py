"""The orders in which runs can be listed, each as SQL that needs no statement of its own."""

from typing import Any

from sqlalchemy import ColumnElement, Float, case, func, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.functions import GenericFunction

from app.models.run import Run, ServerEvaluation
from app.models.series import Series
from services.runs.domain.metric_names import series_names


class elapsed_seconds(GenericFunction[float]):  # noqa: N801 - reads as the SQL function it is
    """Seconds from one time to a later one, on both databases."""

    type = Float()
    inherit_cache = True


@compiles(elapsed_seconds, "sqlite")
def _sqlite_elapsed(element: Any, compiler: Any, **options: Any) -> str:
    start, end = (compiler.process(clause, **options) for clause in element.clauses)
    return f"((julianday({end}) - julianday({start})) * 86400.0)"


@compiles(elapsed_seconds, "postgresql")
def _postgresql_elapsed(element: Any, compiler: Any, **options: Any) -> str:
    start, end = (compiler.process(clause, **options) for clause in element.clauses)
    return f"extract(epoch from ({end} - {start}))::double precision"


def _best(metric: str, column: InstrumentedAttribute[float | None]) -> ColumnElement[Any]:
    """Return the best of a run: of its validation series, or of its trained rounds."""
    own = select(func.max(Series.max)).where(
        Series.run_id == Run.id, Series.client == "", Series.name.in_(series_names("val", metric))
    )
    server = select(func.max(column)).where(
        ServerEvaluation.run_id == Run.id, ServerEvaluation.round_number > 0
    )
    federated = Run.training_mode == "federated"
    return case((federated, server.scalar_subquery()), else_=own.scalar_subquery())


NEVER_NULL: dict[str, ColumnElement[Any]] = {
    "id": Run.id.expression,
    "start_time": Run.start_time.expression,
    "status": Run.status.expression,
    "training_mode": Run.training_mode.expression,
}
MAYBE_NULL: dict[str, ColumnElement[Any]] = {
    "end_time": Run.end_time.expression,
    "best_val_recall": _best("recall", ServerEvaluation.recall),
    "best_val_accuracy": _best("accuracy", ServerEvaluation.accuracy),
    "duration": elapsed_seconds(Run.start_time, Run.end_time),
}
SORT_KEYS = (*NEVER_NULL, *MAYBE_NULL)


def ordering(key: str, *, descending: bool) -> list[ColumnElement[Any]]:
    """Return the ORDER BY of ``key``: unknown values last, and the id makes pages stable."""
    known = NEVER_NULL.get(key)
    expression = MAYBE_NULL[key] if known is None else known
    main = expression.desc() if descending else expression.asc()
    if known is None:
        main = main.nulls_last()
    return [main, Run.id.desc() if descending else Run.id.asc()]
