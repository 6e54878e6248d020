"""What the process of a forecast does: read rows, cut windows, run the model. Child only."""

import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np

from services.forecasting.prediction.bundle import ForeignBundle, KeptBundle, predict
from services.forecasting.prediction.cut import (
    cut_inputs,
    input_windows,
    newest_reference,
    one_time,
    phase_of,
)
from services.forecasting.prediction.measured import measured_rows
from services.forecasting.prediction.recent import drift_by_output, recent_windows
from services.forecasting.prediction.rows import joined_series
from services.forecasting.training.prepare import window_plan_of
from services.forecasting.windows.calendar_features import calendar_names
from services.forecasting.windows.plan import WindowPlan
from services.forecasting.windows.series import Floats, RawSeries

FIRST = np.zeros(1, dtype=np.int64)


def predict_rows(bundle: KeptBundle, request: Mapping[str, Any]) -> dict[str, Any]:
    """Return the forecasts of windows that were given as numbers."""
    windows = np.array(request["windows"], dtype=np.float64)
    forecasts = predict(bundle, windows, scaled=request["scaled"])
    return {"predictions": forecasts.tolist(), "outputs": bundle.names("outputs")}


def forecast(bundle: KeptBundle, request: Mapping[str, Any]) -> dict[str, Any]:
    """Return the forecast at a reference time, or what its window lacks."""
    plan, series = plan_and_series(bundle, request)
    if not series:
        return {"nothing": True}
    at = request["reference"]
    at = newest_reference(plan, series, phase_for(plan, series, request)) if at is None else at
    window = cut_inputs(plan, series, one_time(plan, at))
    missing = window.missing()
    if missing:
        lacking = [{"label": one.label, "instants": list(one.instants)} for one in missing]
        return {"reference": at, "missing": lacking}
    values = predict(bundle, input_windows(plan, window, FIRST))[0]
    truth = joined_series(request["truth"])
    return {
        "reference": at,
        "values": values.tolist(),
        "drift": _drift(bundle, plan, series, truth, request["tested"], at),
        "measured": measured_rows(plan, truth, at),
    }


def plan_and_series(
    bundle: KeptBundle, request: Mapping[str, Any]
) -> tuple[WindowPlan, dict[str, RawSeries]]:
    """Return the plan of a request that fits the model, and the rows of its inputs."""
    plan = window_plan_of(request["plan"])
    _require_same(bundle, plan)
    return plan, joined_series(request["inputs"])


def phase_for(plan: WindowPlan, series: Mapping[str, RawSeries], request: Mapping[str, Any]) -> int:
    """Return a reference time of the session's grid."""
    phase: int | None = request["phase"]
    if phase is None:
        return phase_of(plan, min(int(one.times[0]) for one in series.values()))
    return phase


def _require_same(bundle: KeptBundle, plan: WindowPlan) -> None:
    """Raise ForeignBundle unless the model reads the columns that the plan makes."""
    inputs = [*(one.label for one in plan.inputs), *calendar_names(plan.calendar)]
    outputs = [one.label for one in plan.outputs]
    if bundle.names("inputs") != inputs or bundle.names("outputs") != outputs:
        raise ForeignBundle("The model reads other columns than its plan makes.")


def _drift(
    bundle: KeptBundle,
    plan: WindowPlan,
    series: Mapping[str, RawSeries],
    truth: Mapping[str, RawSeries],
    tested: Mapping[str, Any] | None,
    at: int,
) -> dict[str, Any] | None:
    if not truth or tested is None:
        return None
    parts = [_errors(path) for path in tested["paths"]]
    errors = np.concatenate([one for one, _ in parts])
    recent = recent_windows(plan, series, truth, at, max(until for _, until in parts), len(errors))
    if recent is None:
        return None
    notes = drift_by_output(plan, recent, predict(bundle, recent.inputs), errors)
    return {label: {**note, "band_of": tested["of"]} for label, note in notes.items()}


def _errors(path: str) -> tuple[Floats, int]:
    """Return the errors (windows, outputs) of a file of windows, and the last reference time."""
    truths, forecasts, times = (_array(path, name) for name in ("truth", "forecast", "t_ref"))
    return np.abs(truths - forecasts).mean(axis=1), int(times.max()) * 1_000_000


def _array(path: str, name: str) -> Floats:
    """Return an array of an .npz file; one of objects is refused, as reading it could run code."""
    with zipfile.ZipFile(path) as archive, archive.open(f"{name}.npy") as stream:
        return np.asarray(np.lib.format.read_array(stream, allow_pickle=False), dtype=np.float64)
