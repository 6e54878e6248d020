"""How far off a model is on the newest windows whose truth is known, beside its test block."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from services.forecasting.evaluation.drift import MIN_STRETCHES, Drift, drift_note
from services.forecasting.prediction.cut import CutSide, cut_inputs, cut_side, input_windows
from services.forecasting.windows.geometry import MINUTE_US, ReferenceGrid
from services.forecasting.windows.plan import WindowPlan, exact
from services.forecasting.windows.series import Floats, Integers, RawSeries

MAX_WINDOWS = 96


@dataclass(frozen=True, kw_only=True, eq=False)
class RecentWindows:
    """Windows after the test block: inputs (n, steps, columns), truth (n, steps, outputs)."""

    references: Integers
    inputs: Floats
    truth: Floats


def recent_windows(
    plan: WindowPlan,
    series: Mapping[str, RawSeries],
    truth: Mapping[str, RawSeries],
    reference: int,
    tested_until: int,
    tested: int,
) -> RecentWindows | None:
    """Return the newest windows up to ``reference`` whose truth is known, None without any.

    Only reference times after ``tested_until`` count: the model was measured on earlier ones. Of a
    test block of ``tested`` windows a fifth is compared at most, so that the band can be drawn.
    """
    step = int(exact(plan.steps.step_minutes) * MINUTE_US)
    most = min(MAX_WINDOWS, tested // MIN_STRETCHES)
    span = (reference - tested_until - 1) // step + 1
    known = [one.label for one in plan.outputs if one.label in truth]
    if most < 1 or span < 1 or len(known) < len(plan.outputs):
        return None
    look = min(span, most + 2 * _reach(plan) // step)
    grid = ReferenceGrid(start=reference - (look - 1) * step, step=step, count=look)
    inputs = cut_inputs(plan, series, grid)
    outputs = cut_side(plan.outputs, truth, grid, plan.steps, plan.steps.output_steps)
    rows = np.flatnonzero(inputs.complete & outputs.complete)[-most:]
    return _recent(plan, grid, inputs, outputs, rows) if len(rows) else None


def _recent(
    plan: WindowPlan, grid: ReferenceGrid, inputs: CutSide, outputs: CutSide, rows: Integers
) -> RecentWindows:
    return RecentWindows(
        references=grid.start + grid.step * rows,
        inputs=input_windows(plan, inputs, rows),
        truth=outputs.values(rows),
    )


def _reach(plan: WindowPlan) -> int:
    """Return how long after a reference time its last truth is known, microseconds."""
    hours = max(exact(one.horizon_end) for one in plan.outputs)
    return max(0, int(hours * 60 * MINUTE_US))


def drift_by_output(
    plan: WindowPlan, recent: RecentWindows, forecast: Floats, test_errors: Floats
) -> dict[str, dict[str, Any]]:
    """Return for each output how its newest errors compare with the test block.

    ``forecast`` has the shape of ``recent.truth``; ``test_errors`` (windows, outputs) are the mean
    absolute errors of the windows of the test block, in order of time.
    """
    errors = np.abs(recent.truth - forecast).mean(axis=1)
    notes = {}
    for number, one in enumerate(plan.outputs):
        note = drift_note(errors[:, number], test_errors[:, number])
        notes[one.label] = {
            "state": note.state.value,
            "drifted": note.state is Drift.ABOVE,
            "windows": note.n,
            "recent_mae": note.recent,
            "low": note.low,
            "high": note.high,
            "note": note.note(),
        }
    return notes
