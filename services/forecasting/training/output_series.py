"""An output as a series in time, by its own rule: what baselines repeat and scales are made of.

A model forecasts means where the output is resampled by means. A baseline that repeated single
rows would err more by their noise alone, and beating it would be no skill.
"""

from math import gcd

import numpy as np
from numpy.typing import NDArray

from services.forecasting.evaluation.baselines import MeasuredSeries
from services.forecasting.training.geometry import (
    MICROSECONDS,
    first_offset,
    last_offset,
    offsets_seconds,
    spacing_us,
)
from services.forecasting.training.prepare import PreparedData
from services.forecasting.windows.plan import SeriesPlan, exact
from services.forecasting.windows.resample import SortedRows, average, mean, nearest
from services.forecasting.windows.series import Integers, RawSeries
from services.forecasting.windows.series_columns import series_extent

Floats = NDArray[np.float64]
MAX_POINTS = 2_000_000  # of a raster that all points of all windows lie on; else the steps' own


def measured_output(prepared: PreparedData, number: int) -> tuple[MeasuredSeries, Floats]:
    """Return an output with its values by its own rule, and the offsets (steps,) in seconds.

    A mean stands at the middle of what it is of, that of a whole window at the window's start; both
    are known only when that is over. Rows between which values are interpolated stay as they are.
    """
    plan = prepared.plan.outputs[number]
    raw = prepared.series[f"output:{plan.label}"]
    offsets = offsets_seconds(prepared, number)
    if plan.form != "historical" or (plan.method == "linear" and not plan.average):
        return MeasuredSeries(times=raw.times / MICROSECONDS, values=raw.values), offsets
    if plan.average:
        offsets = np.full_like(offsets, offsets[0])
    times = _instants(prepared, number, raw)
    reach = _reach(prepared, number)
    series = MeasuredSeries(
        times=times / MICROSECONDS,
        values=_resampled(plan, raw, times, reach),
        known_after=reach / MICROSECONDS,
    )
    return series, offsets


def training_series(prepared: PreparedData, number: int) -> Floats:
    """Return an output up to the end of the training block, at the spacing of its steps.

    Between its points it is interpolated: it only gives the scale of the seasonal errors.
    """
    times, values = measured_output(prepared, number)[0].known()
    if not len(times):
        return np.empty(0)
    until = training_end(prepared, number)
    if prepared.plan.outputs[number].average:
        until -= _reach(prepared, number)
    grid = np.arange(times[0], min(until, times[-1]) + 1, max(1, spacing_us(prepared, number)))
    return np.interp(grid, times, values)


def training_end(prepared: PreparedData, number: int) -> int:
    """Return the last microsecond that a training sample forecasts."""
    last = int(prepared.windows.reference_times[prepared.split.train].max(initial=0))
    return last + last_offset(prepared, number)


def known_steps(prepared: PreparedData, number: int) -> int:
    """Return how many steps of an output lie within an input window of the same rows.

    A model need not forecast these: it reads them. An average counts where all of it is known.
    """
    plan, own = prepared.plan, prepared.plan.outputs[number]
    begin, end = first_offset(prepared, number), last_offset(prepared, number)
    steps = np.rint(offsets_seconds(prepared, number) * MICROSECONDS)
    first, last = (begin, end) if own.average or own.form == "current" else (steps, steps)
    known = np.zeros(len(steps), dtype=bool)
    for one in plan.inputs:
        if prepared.series[one.label].origin == prepared.series[f"output:{own.label}"].origin:
            low, high = series_extent(one, plan.steps.input_steps)
            known |= np.full(len(steps), (low <= first) & (last <= high))
    return int(known.sum())


def _instants(prepared: PreparedData, number: int, raw: RawSeries) -> Integers:
    """Return the points of all windows as far as rows reach, on the raster that they lie on."""
    step, spacing = prepared.windows.grid.step, spacing_us(prepared, number)
    raster = gcd(step, spacing)
    begin, end = int(raw.times[0]), int(raw.times[-1])
    if (end - begin) // raster >= MAX_POINTS:
        raster = spacing
    phase = prepared.windows.grid.start + first_offset(prepared, number)
    return np.arange(begin + (phase - begin) % raster, end + 1, raster, dtype=np.int64)


def _reach(prepared: PreparedData, number: int) -> int:
    """Return after how many microseconds the value of an instant is known."""
    if prepared.plan.outputs[number].average:
        return last_offset(prepared, number) - first_offset(prepared, number)
    return spacing_us(prepared, number) // 2


def _resampled(plan: SeriesPlan, raw: RawSeries, at: Integers, reach: int) -> Floats:
    rows = SortedRows(times=raw.times, values=raw.values, raw=np.arange(len(raw.times)))
    gap = plan.max_gap_minutes
    max_gap = None if gap is None else int(exact(gap) * 60 * MICROSECONDS)
    if plan.average:
        return average(rows, at, at + reach, max_gap).values
    by = mean if plan.method == "mean" else nearest
    return by(rows, at, at - reach, at + reach, max_gap).values
