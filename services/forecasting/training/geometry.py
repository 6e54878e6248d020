"""The output windows of a session on the time axis."""

import numpy as np
from numpy.typing import NDArray

from services.forecasting.training.prepare import PreparedData
from services.forecasting.windows.plan import WindowPlan
from services.forecasting.windows.series_columns import series_extent

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


def spacing_us(prepared: PreparedData, number: int) -> int:
    """Return the microseconds between two steps of an output; of a single step the session's."""
    minutes = step_minutes(prepared.plan)[number] or float(prepared.plan.steps.step_minutes)
    return round(minutes * 60 * MICROSECONDS)


def first_offset(prepared: PreparedData, number: int) -> int:
    """Return the first microsecond of an output window, relative to its reference time."""
    return _extent(prepared, number)[0]


def last_offset(prepared: PreparedData, number: int) -> int:
    """Return the last microsecond of an output window; a single step is at the horizon's start."""
    return _extent(prepared, number)[1]


def _extent(prepared: PreparedData, number: int) -> tuple[int, int]:
    plan = prepared.plan
    return series_extent(plan.outputs[number], plan.steps.output_steps)
