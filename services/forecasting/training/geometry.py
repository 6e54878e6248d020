"""The output windows of a session on the time axis, and the series that they are scaled by."""

import numpy as np
from numpy.typing import NDArray

from services.forecasting.training.prepare import PreparedData
from services.forecasting.windows.plan import WindowPlan

Floats = NDArray[np.float64]
HOUR, MICROSECONDS = 3600.0, 1_000_000


def step_minutes(plan: WindowPlan) -> list[float]:
    """Return the minutes between two steps of each output; of a single step the session's width."""
    steps = plan.steps.output_steps
    width = float(plan.steps.step_minutes)
    return [
        width if steps == 1 else float(one.horizon_end - one.horizon_start) * 60 / (steps - 1)
        for one in plan.outputs
    ]


def offsets_seconds(prepared: PreparedData, number: int) -> Floats:
    """Return the seconds from a reference time to each step of an output."""
    plan = prepared.plan.outputs[number]
    steps = prepared.plan.steps.output_steps
    end = plan.horizon_start if steps == 1 else plan.horizon_end
    return np.linspace(float(plan.horizon_start), float(end), steps) * HOUR


def training_series(prepared: PreparedData, number: int) -> Floats:
    """Return an output up to the end of the training block, at the spacing of its steps.

    Between raw points it is interpolated: it only gives the scale of the seasonal errors.
    """
    plan = prepared.plan.outputs[number]
    raw = prepared.series[f"output:{plan.label}"]
    known = np.isfinite(raw.values)
    times, values = raw.times[known], raw.values[known]
    last = prepared.windows.reference_times[prepared.split.train].max(initial=0)
    until = last + int(float(plan.horizon_end) * HOUR * MICROSECONDS)
    minutes = step_minutes(prepared.plan)[number] or float(prepared.plan.steps.step_minutes)
    grid = np.arange(times[0], min(until, times[-1]) + 1, int(minutes * 60 * MICROSECONDS))
    return np.interp(grid, times, values)
