"""Windows of chosen reference times, by the same geometry as in training; what they lack by name.

Nothing is dropped here: a window that cannot be filled names the input and the instants.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.forecasting.windows.calendar_features import calendar_columns
from services.forecasting.windows.columns import WindowColumn
from services.forecasting.windows.geometry import (
    MINUTE_US,
    ReferenceGrid,
    point_offsets,
    point_reach,
    reference_grid,
)
from services.forecasting.windows.plan import SeriesPlan, Steps, WindowPlan, exact
from services.forecasting.windows.reasons import DropReason
from services.forecasting.windows.resample import Mask
from services.forecasting.windows.series import Floats, RawSeries
from services.forecasting.windows.series_columns import (
    ColumnBuild,
    series_column,
    series_extent,
)

FIRST_BLOCK = 64  # reference times looked at together, from the newest back; then four times that
MAX_BLOCK = 65_536
NOT_GIVEN = "no rows"


@dataclass(frozen=True, kw_only=True)
class MissingInput:
    """The instants of an input (microseconds, UTC) that have no value, each with its reason."""

    label: str
    instants: Sequence[tuple[int, str]]


@dataclass(frozen=True, kw_only=True, eq=False)
class CutSide:
    """One side of the windows of a few reference times.

    ``builds`` are None for series without rows; ``complete`` has shape (reference times,).
    """

    plans: Sequence[SeriesPlan]
    builds: Sequence[ColumnBuild | None]
    grid: ReferenceGrid
    points: int

    @property
    def complete(self) -> Mask:
        """Return which reference times have every value."""
        complete = np.full(self.grid.count, all(one is not None for one in self.builds))
        for build in self.builds:
            if build is not None:
                _, reasons = build.column.layout.first_reason(build.reasons)
                complete &= reasons == DropReason.NONE
        return complete

    def missing(self, row: int = 0) -> list[MissingInput]:
        """Return what the window of one reference time lacks."""
        at = self.grid.start + row * self.grid.step
        parts = [
            _absent(plan, at, self.points) if build is None else _unfilled(build, row)
            for plan, build in zip(self.plans, self.builds, strict=True)
        ]
        return [one for one in parts if one.instants]

    def values(self, rows: NDArray[np.int64], more: Sequence[WindowColumn] = ()) -> Floats:
        """Return complete windows with the columns ``more`` behind: (rows, points, columns)."""
        columns = [build.column for build in self.builds if build is not None]
        parts = [one.windows(rows) for one in (*columns, *more)]
        return np.stack(parts, axis=2).astype(np.float64)


def cut_side(
    plans: Sequence[SeriesPlan],
    series: Mapping[str, RawSeries],
    grid: ReferenceGrid,
    steps: Steps,
    points: int,
) -> CutSide:
    """Return the windows of the reference times of ``grid``; series without rows may be absent."""
    builds = [
        series_column(one, series[one.label], grid, steps, points=points)
        if one.label in series
        else None
        for one in plans
    ]
    return CutSide(plans=plans, builds=builds, grid=grid, points=points)


def cut_inputs(plan: WindowPlan, series: Mapping[str, RawSeries], grid: ReferenceGrid) -> CutSide:
    """Return the series side of the input windows."""
    return cut_side(plan.inputs, series, grid, plan.steps, plan.steps.input_steps)


def input_windows(plan: WindowPlan, side: CutSide, rows: NDArray[np.int64]) -> Floats:
    """Return X (rows, input steps, inputs), series in their order, then calendar features."""
    calendar = tuple(calendar_columns(plan.calendar, side.grid, side.points))
    return side.values(rows, calendar)


def one_time(plan: WindowPlan, at: int) -> ReferenceGrid:
    """Return the grid of a single reference time."""
    return ReferenceGrid(start=at, step=_step(plan), count=1)


def phase_of(plan: WindowPlan, first: int) -> int:
    """Return a reference time of a session whose earliest input begins at ``first``."""
    return reference_grid(plan.steps, [(first, first)]).start


def newest_reference(plan: WindowPlan, series: Mapping[str, RawSeries], phase: int) -> int:
    """Return the last reference time for which everything is known.

    Where there is none: the last for which all that was measured before it is known, or the last
    at all; ``missing`` says then what it lacks. ``series`` holds at least one input. Reference
    times are ``phase`` plus whole steps.
    """
    measured = [one for one in plan.inputs if one.horizon_end <= 0 or one.form == "current"]
    for chosen in (plan.inputs, tuple(measured)):
        newest = _newest_complete(plan, chosen, series, phase) if chosen else None
        if newest is not None:
            return newest
    given = [one for one in plan.inputs if one.label in series]
    return _aligned(_last_bound(plan, given, series), phase, plan)


def _newest_complete(
    plan: WindowPlan, chosen: Sequence[SeriesPlan], series: Mapping[str, RawSeries], phase: int
) -> int | None:
    if not all(one.label in series for one in chosen):
        return None
    step, points = _step(plan), plan.steps.input_steps
    last = _aligned(_last_bound(plan, chosen, series), phase, plan)
    begin = min(int(series[one.label].times[0]) for one in chosen)
    reach = max(abs(exact(edge)) for one in chosen for edge in (one.horizon_start, one.horizon_end))
    begin -= int(reach * 60 * MINUTE_US)
    size = FIRST_BLOCK
    while last >= begin:
        count = min(size, (last - begin) // step + 1)
        grid = ReferenceGrid(start=last - (count - 1) * step, step=step, count=count)
        known = np.flatnonzero(cut_side(chosen, series, grid, plan.steps, points).complete)
        if len(known):
            return grid.start + int(known[-1]) * step
        last, size = grid.start - step, min(size * 4, MAX_BLOCK)
    return None


def _last_bound(
    plan: WindowPlan, chosen: Sequence[SeriesPlan], series: Mapping[str, RawSeries]
) -> int:
    bounds = [_bound(one, series[one.label], plan) for one in chosen]
    known = [bound for bound in bounds if bound is not None]
    return min(known) if known else max(int(series[one.label].times[-1]) for one in chosen)


def _bound(one: SeriesPlan, raw: RawSeries, plan: WindowPlan) -> int | None:
    """Return an instant after which no reference time can have all values of a series.

    None for a current value that stays known, however old it is.
    """
    last = int(raw.times[-1])
    if one.form == "current":
        gap = one.max_gap_minutes
        return None if gap is None else last + int(exact(gap) * MINUTE_US)
    points = plan.steps.input_steps
    offsets = point_offsets(one.horizon_start, one.horizon_end, points)
    _, upper = point_reach(one.horizon_start, one.horizon_end, points, plan.steps.step_minutes)
    slack = 0 if one.method == "linear" or one.average else int((upper - offsets).max())
    _, end = series_extent(one, points)
    return last - end + slack


def _aligned(at: int, phase: int, plan: WindowPlan) -> int:
    """Return the last reference time at or before an instant."""
    step = _step(plan)
    return phase + (at - phase) // step * step


def _step(plan: WindowPlan) -> int:
    return int(exact(plan.steps.step_minutes) * MINUTE_US)


def _absent(plan: SeriesPlan, at: int, points: int) -> MissingInput:
    offsets = point_offsets(plan.horizon_start, plan.horizon_end, points)
    if plan.form == "current":
        offsets = np.zeros(1, dtype=np.int64)
    times = np.unique(at + offsets).tolist()
    return MissingInput(label=plan.label, instants=[(time, NOT_GIVEN) for time in times])


def _unfilled(build: ColumnBuild, row: int) -> MissingInput:
    layout = build.column.layout
    places = np.unique(layout.index(np.array([row])))
    bad = places[build.reasons[places] != DropReason.NONE]
    reasons = [DropReason(int(one)).text for one in build.reasons[bad]]
    return MissingInput(
        label=build.column.name,
        instants=list(zip(layout.times(bad).tolist(), reasons, strict=True)),
    )
