"""The points of series as they are stored: segments first, then the blocks in their order."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.models.series import Series, SeriesBlock, SeriesSegment
from services.tracking.domain.columns import Columns
from services.tracking.metrics.encoding import decoded

Stored = type[SeriesBlock] | type[SeriesSegment]


def columns_of(session: Session, series_ids: Iterable[int]) -> dict[int, Columns]:
    """Return all points of each series."""
    ids = list(series_ids)
    if not ids:
        return {}
    parts: dict[int, list[Columns]] = defaultdict(list)
    for model in (SeriesSegment, SeriesBlock):  # what is not settled is newer
        for row in session.execute(rows_of(model).where(model.series_id.in_(ids))):
            parts[row.series_id].append(decoded(row))
    return {series_id: Columns.joined(columns) for series_id, columns in parts.items()}


def read_columns(session: Session, run_id: int, names: Sequence[str]) -> dict[str, Columns]:
    """Return all points of the run's own series of these names."""
    rows = session.execute(
        select(Series.id, Series.name).where(
            Series.run_id == run_id, Series.name.in_(names), Series.client == ""
        )
    ).all()
    columns = columns_of(session, [row.id for row in rows])
    return {row.name: columns[row.id] for row in rows if row.id in columns}


def rows_of(model: Stored) -> Select[int, int, int, int, int, bytes, bytes, bytes]:
    """Return the query of full rows, in the order in which they count."""
    facts = (model.id, model.series_id, model.count, model.first_step, model.last_step)
    order = model.id if model is SeriesBlock else SeriesSegment.first_step
    return select(*facts, model.steps, model.values, model.times).order_by(model.series_id, order)
