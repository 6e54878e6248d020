"""From a series and its plan to its column: three data forms, three methods, the average."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from services.forecasting.windows.columns import SeriesColumn, Values, chunks, is_held
from services.forecasting.windows.geometry import (
    MINUTE_US,
    ReferenceGrid,
    point_offsets,
    point_reach,
)
from services.forecasting.windows.layout import Layout, lattice, repeated, separate
from services.forecasting.windows.plan import SeriesPlan, Steps, exact
from services.forecasting.windows.reasons import DropReason, Reasons
from services.forecasting.windows.resample import (
    Resampled,
    SortedRows,
    average,
    latest,
    linear,
    mean,
    nearest,
)
from services.forecasting.windows.series import Floats, Integers, RawSeries


@dataclass(frozen=True, kw_only=True, eq=False)
class ColumnBuild:
    """A column, and why each of its instants has no value: shape (m,), 0 where it has one.

    ``extent`` are the first and the last microsecond of its window, relative to the reference
    time: (0, 0) for a current value.
    """

    column: SeriesColumn
    reasons: Reasons
    extent: tuple[int, int]


def series_column(
    plan: SeriesPlan, raw: RawSeries, grid: ReferenceGrid, steps: Steps, *, points: int
) -> ColumnBuild:
    """Return the column of one series with ``points`` points per window."""
    resampler = _Resampler(plan=plan, raw=raw, grid=grid, steps=steps, points=points)
    layout, compute = resampler.layout, resampler.values_at
    values: Values | None = None
    if is_held(layout):
        values = np.empty(layout.length)
    elif raw.issued is not None:  # these cannot be resampled in any order
        values = np.empty(layout.length, dtype=np.float32)
    reasons = np.empty(layout.length, dtype=np.uint8)
    for part, resampled in resampler.resample(np.arange(layout.length, dtype=np.int64)):
        reasons[part] = resampled.reasons
        if values is not None:
            values[part] = resampled.values
    column = SeriesColumn(
        name=plan.label,
        layout=layout,
        values=values,
        compute=compute,
        origin=raw.origin,
        raw_count=len(raw.times),
        resample=resampler.resample,
        is_monotone=raw.issued is None,
    )
    return ColumnBuild(column=column, reasons=reasons, extent=series_extent(plan, points))


def series_extent(plan: SeriesPlan, points: int) -> tuple[int, int]:
    """Return the first and the last microsecond of a window, relative to the reference time."""
    if plan.form == "current":
        return 0, 0
    end = plan.horizon_end if points > 1 or plan.average else plan.horizon_start
    first, last = point_offsets(plan.horizon_start, end, 2)
    return int(first), int(last)


class _Resampler:
    """The rule of one series, which can be applied again to find the rows that it reads."""

    def __init__(
        self, *, plan: SeriesPlan, raw: RawSeries, grid: ReferenceGrid, steps: Steps, points: int
    ) -> None:
        self._plan, self._raw, self._grid = plan, raw, grid
        horizon = plan.horizon_start, plan.horizon_end
        self._offsets = point_offsets(*horizon, points)
        self._lower, self._upper = point_reach(*horizon, points, steps.step_minutes)
        self._end = int(point_offsets(plan.horizon_end, plan.horizon_end, 1)[0])
        gap = plan.max_gap_minutes
        self._max_gap = None if gap is None else int(exact(gap) * MINUTE_US)
        self.layout = self._layout(points)
        every = np.arange(len(raw.times), dtype=np.int64)
        self._rows = SortedRows(times=raw.times, values=raw.values, raw=every)

    def _layout(self, points: int) -> Layout:
        if self._plan.form == "current":
            return repeated(self._grid, points)
        if self._plan.average:
            return repeated(self._grid, points, int(self._offsets[0]))
        if self._plan.form == "forecasts":
            return separate(self._grid, self._offsets)
        return lattice(self._grid, self._offsets)

    def values_at(self, index: Integers) -> Floats:
        """Return the values of some instants; of a series without issue times."""
        return self._resample(self._rows, index).values

    def resample(self, index: Integers) -> Iterator[tuple[slice, Resampled]]:
        """Yield parts of some instants, in order of ``index``: large ones, or issue by issue.

        With issue times ``index`` must be sorted.
        """
        issued, stride = self._raw.issued, self.layout.stride
        if issued is None:
            for part in chunks(len(index)):
                yield part, self._resample(self._rows, index[part])
            return
        for grid_rows, rows in known_rows(self._raw, issued, self._grid):
            ends = grid_rows.start * stride, grid_rows.stop * stride
            first, last = (int(one) for one in np.searchsorted(index, ends))
            if first < last:
                part = slice(first, last)
                yield part, self._resample(rows, index[part])

    def _resample(self, rows: SortedRows, index: Integers) -> Resampled:
        at, gap = self.layout.times(index), self._max_gap
        if not len(rows.times):
            none = np.zeros(len(at), dtype=np.int64)
            reasons = np.full(len(at), DropReason.NOTHING_ISSUED, dtype=np.uint8)
            return Resampled.of(rows, np.full(len(at), np.nan), reasons, none, none)
        if self._plan.form == "current":
            return latest(rows, at, gap)
        if self._plan.average:
            return average(rows, at, at + (self._end - int(self._offsets[0])), gap)
        if self._plan.method == "linear":
            return linear(rows, at, gap)
        # on a raster all points reach equally far, whatever step they are
        step = 0 if self.layout.offsets is None else self.layout.places(index)[1]
        lower = at + (self._lower - self._offsets)[step]
        upper = at + (self._upper - self._offsets)[step]
        by = mean if self._plan.method == "mean" else nearest
        return by(rows, at, lower, upper, gap)


def known_rows(
    raw: RawSeries, issued: Integers, grid: ReferenceGrid
) -> Iterator[tuple[slice, SortedRows]]:
    """Yield reference times with the forecasts known at them: the newest value of each instant.

    What changes is only when something is issued, so reference times between two issues share
    their rows. A value issued exactly at the reference time is known.
    """
    order = np.argsort(issued, kind="stable")
    instants, place = np.unique(raw.times, return_inverse=True)
    newest = np.full(len(instants), -1, dtype=np.int64)
    known = np.searchsorted(issued[order], grid.times, side="right")
    begin, seen = 0, 0
    while begin < grid.count:
        upto = int(known[begin])
        end = int(np.searchsorted(known, upto, side="right"))
        fresh = order[seen:upto]
        newest[place[fresh]] = fresh
        chosen = newest[newest >= 0]
        yield (
            slice(begin, end),
            SortedRows(times=raw.times[chosen], values=raw.values[chosen], raw=chosen),
        )
        begin, seen = end, upto
