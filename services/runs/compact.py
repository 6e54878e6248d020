"""Putting many small blocks of a series into one: what ``clock`` does while runs go on."""

from collections.abc import Sequence

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.db.engine import Database
from app.models.series import SeriesBlock
from services.runs.domain.columns import Columns
from services.runs.series import block_values, decoded

LARGE = 4096  # points; a block of this size is never put together with others again
AT_LEAST = 64
MOST_SERIES = 200


def compact_series(database: Database) -> int:
    """Compact what is worth it in a transaction of its own; return how many series."""
    with database.write() as unit:
        return compact_blocks(unit.session)


def compact_blocks(session: Session, *, at_least: int = AT_LEAST, most: int = MOST_SERIES) -> int:
    """Put together the small blocks of each series that has ``at_least`` of them.

    The merged block takes the place of the newest of them, so that a block written meanwhile
    still comes later and wins. Returns how many series were compacted.
    """
    crowded = session.scalars(
        select(SeriesBlock.series_id)
        .where(SeriesBlock.count < LARGE)
        .group_by(SeriesBlock.series_id)
        .having(func.count() >= at_least)
        .limit(most)
    ).all()
    return sum(_compact(session, series_id, at_least) for series_id in crowded)


def _compact(session: Session, series_id: int, at_least: int) -> bool:
    """Merge the small blocks behind the last large one: those before it must stay before it."""
    blocks = session.scalars(
        select(SeriesBlock).where(SeriesBlock.series_id == series_id).order_by(SeriesBlock.id)
    ).all()
    small = _tail(blocks)
    if len(small) < at_least:
        return False
    merged = Columns.joined([decoded(block) for block in small])
    *older, newest = (block.id for block in small)
    values = block_values(series_id, merged)
    session.execute(update(SeriesBlock).where(SeriesBlock.id == newest).values(**values))
    session.execute(delete(SeriesBlock).where(SeriesBlock.id.in_(older)))
    return True


def _tail(blocks: Sequence[SeriesBlock]) -> Sequence[SeriesBlock]:
    large = [place for place, block in enumerate(blocks) if block.count >= LARGE]
    return blocks[large[-1] + 1 :] if large else blocks
