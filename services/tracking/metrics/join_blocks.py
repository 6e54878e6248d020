"""Putting many small blocks of a series into one: what ``clock`` does while runs go on.

Large numbers of points become segments where they are written (``series.settle``); here only
what trickles in is put together, so that nobody reads thousands of rows for a few points.
"""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.clock import now
from app.db.engine import Database
from app.models.run import Run
from app.models.series import Series, SeriesBatch, SeriesBlock
from services.tracking.domain.columns import Columns
from services.tracking.metrics.encoding import block_values, decoded

LARGE = 4096  # points; a block of this size is never put together with others again
MIN_BLOCKS = 64
KEPT = timedelta(days=7)  # how long a batch is known by its id
MAX_SERIES = 50  # in one transaction: a writer waits for it


def compact_series(database: Database) -> int:
    """Compact what is worth it, in short transactions of their own; return how many series."""
    total = 0
    while True:
        with database.write() as unit:
            done = compact_blocks(unit.session)
        total += done
        if done < MAX_SERIES:
            return total


def forget_old_batches(database: Database) -> None:
    """Forget batches that no program sends again any more."""
    with database.write() as unit:
        unit.session.execute(delete(SeriesBatch).where(SeriesBatch.at < now() - KEPT))


def compact_blocks(
    session: Session, *, min_blocks: int = MIN_BLOCKS, limit: int = MAX_SERIES
) -> int:
    """Put together the small blocks of each series that has ``min_blocks`` of them.

    The merged block takes the place of the newest of them, so that a block written meanwhile
    still comes later and wins. Returns how many series were compacted.
    """
    crowded = session.scalars(
        select(SeriesBlock.series_id)
        .where(SeriesBlock.count < LARGE)
        .group_by(SeriesBlock.series_id)
        .having(func.count() >= min_blocks)
        .order_by(SeriesBlock.series_id)
        .limit(limit)
    ).all()
    if crowded:
        _lock_runs(session, crowded)
    for series_id in crowded:
        _compact(session, series_id, min_blocks)
    return len(crowded)


def _lock_runs(session: Session, series_ids: Sequence[int]) -> None:
    """Let nobody append meanwhile: whoever appends may settle, and takes the blocks away."""
    runs = select(Series.run_id).where(Series.id.in_(series_ids))
    locked = select(Run.id).where(Run.id.in_(runs)).order_by(Run.id).with_for_update(key_share=True)
    session.execute(locked).all()


def _compact(session: Session, series_id: int, min_blocks: int) -> None:
    """Merge the small blocks behind the last large one: those before it must stay before it."""
    blocks = session.scalars(
        select(SeriesBlock).where(SeriesBlock.series_id == series_id).order_by(SeriesBlock.id)
    ).all()
    small = _tail(blocks)
    if len(small) < min_blocks:  # large ones lie between: all of them, or it would never end
        small = blocks
    if not small:  # somebody settled them before the lock was ours
        return
    merged = Columns.joined([decoded(block) for block in small])
    *older, newest = (block.id for block in small)
    values = block_values(series_id, merged)
    session.execute(update(SeriesBlock).where(SeriesBlock.id == newest).values(**values))
    session.execute(delete(SeriesBlock).where(SeriesBlock.id.in_(older)))


def _tail(blocks: Sequence[SeriesBlock]) -> Sequence[SeriesBlock]:
    large = [place for place, block in enumerate(blocks) if block.count >= LARGE]
    return blocks[large[-1] + 1 :] if large else blocks
