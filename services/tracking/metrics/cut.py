"""Taking points back: a program that goes on from an earlier step abandons what came after it."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.models.series import Series
from services.tracking.metrics.append import write_columns
from services.tracking.metrics.stored import columns_of


def cut_from(session: Session, run_id: int, step: int, *, but: str | None = None) -> None:
    """Remove the points of all series from ``step`` on; series that went on are written again.

    Series whose name begins with ``but`` are removed altogether. Two writers of one run must not
    do this at the same time: the caller holds SQLite's write lock or the run's row.
    """
    series = session.scalars(select(Series).where(Series.run_id == run_id)).all()
    gone = [one for one in series if but is not None and one.name.startswith(but)]
    longer = [one for one in series if one not in gone and _top(one) >= step]
    stored = columns_of(session, [one.id for one in longer])
    kept = {
        (one.name, one.client): stored[one.id].between(None, step - 1)
        for one in longer
        if one.id in stored
    }
    removed = [one.id for one in (*gone, *longer)]
    for one in (*gone, *longer):
        session.expunge(one)
    session.execute(delete(Series).where(Series.id.in_(removed)))
    write_columns(session, {run_id: kept})


def _top(series: Series) -> int:
    """Return the highest step; series without a point have none."""
    return -(2**63) if series.top_step is None else series.top_step
