"""Every dropped sample with its reason, its row and the lines around it, as Parquet.

Workers only: it loads polars.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from services.forecasting.windows.drops import DroppedSample, Drops
from services.forecasting.windows.reasons import DropReason
from services.forecasting.windows.series import Integers, RawSeries

FIRST = 200  # of the dropped samples, shown with the counts
NOTHING = -1  # where there is no row on a side


def drop_columns(drops: Drops) -> dict[str, Any]:
    """Return parallel columns, one row per dropped sample in order of time.

    reference_time and instant are microseconds since 1970 in UTC; line_before and line_after are
    the lines of the file around the point that could not be filled (row numbers where no lines
    are known), NOTHING where the series has no row on that side.
    """
    count = len(drops)
    instants = np.empty(count, dtype=np.int64)
    before, after = (np.full(count, NOTHING, dtype=np.int64) for _ in range(2))
    for number, column in enumerate(drops.columns):
        here = np.flatnonzero(drops.series == number)
        layout, raw = column.layout, drops.raw[number]
        shift = layout.shift[drops.steps[here]]
        at = layout.times(drops.rows[here] * layout.stride + shift)
        instants[here] = at
        before[here] = _lines(raw, np.searchsorted(raw.times, at, side="right") - 1)
        after[here] = _lines(raw, np.searchsorted(raw.times, at, side="left"))
    names = np.array([column.name for column in drops.columns])
    texts = np.array([reason.text for reason in DropReason])
    return {
        "reference_time": drops.grid.start + drops.grid.step * drops.rows,
        "label": names[drops.series],
        "reason": texts[drops.reasons],
        "step": drops.steps,
        "instant": instants,
        "line_before": before,
        "line_after": after,
    }


def write_dropped(drops: Drops, path: Path) -> None:
    """Write ``drop_columns`` as a Parquet file."""
    import polars as pl

    instants = pl.col("reference_time", "instant").cast(pl.Datetime("us", "UTC"))
    pl.DataFrame(drop_columns(drops)).with_columns(instants).write_parquet(path)


def drop_summary(drops: Drops) -> dict[str, Any]:
    """Return counts by series and reason, and the first samples, as JSON has them."""
    by_reason: dict[str, int] = {}
    for (_, reason), count in drops.counts.items():
        by_reason[reason.text] = by_reason.get(reason.text, 0) + count
    return {
        "total": len(drops),
        "by_reason": by_reason,
        "counts": [
            {"label": label, "reason": reason.text, "count": count}
            for (label, reason), count in drops.counts.items()
        ],
        "first": [_shown(one) for one in drops.samples(limit=FIRST)],
    }


def _shown(sample: DroppedSample) -> Mapping[str, Any]:
    return {
        "reference_time": iso(sample.reference_time),
        "label": sample.label,
        "reason": sample.reason.text,
        "step": sample.step,
        "instant": iso(sample.instant),
        "lines": list(sample.lines),
    }


def iso(at: int | None) -> str | None:
    """Return microseconds since 1970 as ISO 8601 with Z."""
    return None if at is None else f"{np.datetime64(int(at), 'us')}Z"


def _lines(raw: RawSeries, rows: Integers) -> Integers:
    """Return the lines of some rows, NOTHING for rows that the series does not have."""
    there = (rows >= 0) & (rows < len(raw.times))
    lines = np.full(len(rows), NOTHING, dtype=np.int64)
    lines[there] = rows[there] if raw.lines is None else raw.lines[rows[there]]
    return lines
