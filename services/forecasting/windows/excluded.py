"""Periods that are left out by choice: no window reaches into them, and none reads their rows."""

from collections.abc import Sequence

import numpy as np

from services.forecasting.windows.geometry import Instants, ReferenceGrid
from services.forecasting.windows.plan import Period, WindowPlan
from services.forecasting.windows.reasons import DropReason, Reasons
from services.forecasting.windows.resample import Mask
from services.forecasting.windows.series import RawSeries
from services.forecasting.windows.series_columns import ColumnBuild


def touching_periods(
    plan: WindowPlan,
    grid: ReferenceGrid,
    builds: Sequence[ColumnBuild],
    raw: Sequence[RawSeries],
) -> list[Reasons]:
    """Return for each series LEFT_OUT where a window touches an excluded period, shape (grid,).

    A window touches it with any time from its first to its last point, or with a raw row in it
    that one of its points is computed from.
    """
    periods = plan.split.excluded
    if not periods:
        return []
    return [_touching(periods, grid, build, rows) for build, rows in zip(builds, raw, strict=True)]


def _touching(
    periods: Sequence[Period], grid: ReferenceGrid, build: ColumnBuild, raw: RawSeries
) -> Reasons:
    starts, ends = (grid.times + edge for edge in build.extent)
    touched = np.zeros(grid.count, dtype=bool)
    for period in periods:
        touched |= (starts < period.end) & (ends >= period.start)
    rows, every = _inside(periods, raw.times), np.arange(grid.count, dtype=np.int64)
    touched |= build.column.reads_any(rows, every)
    return np.where(touched, DropReason.LEFT_OUT, DropReason.NONE).astype(np.uint8)


def _inside(periods: Sequence[Period], times: Instants) -> Mask:
    inside = np.zeros(len(times), dtype=bool)
    for period in periods:
        first, last = np.searchsorted(times, [period.start, period.end], side="left")
        inside[first:last] = True
    return inside
