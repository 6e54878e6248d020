"""What the process of a batch does: cut many windows, run the model once over all. Child only."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from app.errors import Invalid
from services.forecasting.prediction.bundle import KeptBundle, predict
from services.forecasting.prediction.cut import cut_inputs, cut_side, input_windows
from services.forecasting.prediction.perform import phase_for, plan_and_series
from services.forecasting.prediction.rows import joined_series
from services.forecasting.windows.geometry import MINUTE_US, ReferenceGrid
from services.forecasting.windows.plan import WindowPlan, exact
from services.forecasting.windows.series import RawSeries

MAX_GRID = 20_000  # reference times that are looked at together
Windows = dict[int, dict[str, Any]]


def forecast_batch(bundle: KeptBundle, request: Mapping[str, Any]) -> dict[str, Any]:
    """Return a forecast, what is missing, and the truth where it is known, by reference time."""
    plan, series = plan_and_series(bundle, request)
    if not series:
        return {"nothing": True}
    references = request["references"]
    if references is None:
        references = _in_range(plan, phase_for(plan, series, request), request)
    truth = joined_series(request["truth"])
    windows: Windows = {}
    for grid, rows in _grids(plan, sorted(set(references))):
        _cut(bundle, plan, series, truth, grid, rows, windows)
    return {"windows": [{"reference": at, **windows[at]} for at in sorted(windows)]}


def _step(plan: WindowPlan) -> int:
    return int(exact(plan.steps.step_minutes) * MINUTE_US)


def _in_range(plan: WindowPlan, phase: int, request: Mapping[str, Any]) -> list[int]:
    """Return every so many reference times of the session's grid within a range."""
    first, last, most = request["first"], request["last"], request["most"]
    step = _step(plan) * request["every"]
    begin = phase + -((phase - first) // _step(plan)) * _step(plan)
    count = max(0, (last - begin) // step + 1)
    if not 1 <= count <= most:
        detail = (
            f"From first to last there are {count:,} reference times, but it must be 1 to {most}: "
            "choose another range, or a larger every."
        )
        raise Invalid(detail, errors={"last": [detail]})
    return [begin + number * step for number in range(count)]


def _grids(
    plan: WindowPlan, references: Sequence[int]
) -> list[tuple[ReferenceGrid, np.ndarray[Any, np.dtype[np.int64]]]]:
    """Return grids that hold the reference times, each with their places on it."""
    step = _step(plan)
    grids: list[list[int]] = []
    by_phase: dict[int, list[int]] = {}
    for at in references:
        group = by_phase.get(at % step)
        if group is None or at - group[0] >= MAX_GRID * step:
            by_phase[at % step] = group = []
            grids.append(group)
        group.append(at)
    return [
        (
            ReferenceGrid(start=one[0], step=step, count=(one[-1] - one[0]) // step + 1),
            (np.array(one, dtype=np.int64) - one[0]) // step,
        )
        for one in grids
    ]


def _cut(
    bundle: KeptBundle,
    plan: WindowPlan,
    series: Mapping[str, RawSeries],
    truth: Mapping[str, RawSeries],
    grid: ReferenceGrid,
    rows: np.ndarray[Any, np.dtype[np.int64]],
    windows: Windows,
) -> None:
    inputs = cut_inputs(plan, series, grid)
    whole = inputs.complete
    made = rows[whole[rows]]
    if len(made):
        forecasts = predict(bundle, input_windows(plan, inputs, made))
        for row, values in zip(made, forecasts, strict=True):
            at = grid.start + int(row) * grid.step
            windows[at] = {"values": values.tolist(), "truth": None, "missing": []}
    for row in rows[~whole[rows]]:
        missing = [
            {"label": one.label, "count": len(one.instants)} for one in inputs.missing(int(row))
        ]
        at = grid.start + int(row) * grid.step
        windows[at] = {"values": None, "truth": None, "missing": missing}
    _add_truth(plan, truth, grid, rows, windows)


def _add_truth(
    plan: WindowPlan,
    truth: Mapping[str, RawSeries],
    grid: ReferenceGrid,
    rows: np.ndarray[Any, np.dtype[np.int64]],
    windows: Windows,
) -> None:
    if not all(one.label in truth for one in plan.outputs):
        return
    outputs = cut_side(plan.outputs, truth, grid, plan.steps, plan.steps.output_steps)
    known = rows[outputs.complete[rows]]
    if not len(known):
        return
    for row, values in zip(known, outputs.values(known), strict=True):
        windows[grid.start + int(row) * grid.step]["truth"] = values.tolist()
