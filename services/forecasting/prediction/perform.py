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
    plan = window_plan_of(request["plan"])
    _require_same(bundle, plan)
    series = joined_series(request["inputs"])
    if not series:
        return {"nothing": True}
    phase = request["phase"]
    if phase is None:
        phase = phase_of(plan, min(int(one.times[0]) for one in series.values()))
    at = request["reference"]
    at = newest_reference(plan, series, phase) if at is None else at
    window = cut_inputs(plan, series, one_time(plan, at))
    missing = window.missing()
    if missing:
        lacking = [{"label": one.label, "instants": list(one.instants)} for one in missing]
        return {"reference": at, "missing": lacking}
    values = predict(bundle, input_windows(plan, window, FIRST))[0]
    drift = _drift(bundle, plan, series, request, at)
    return {"reference": at, "values": values.tolist(), "drift": drift}


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
    request: Mapping[str, Any],
    at: int,
) -> dict[str, Any] | None:
    truth, path = joined_series(request["truth"]), request["tested"]
    if not truth or path is None:
        return None
    truths, forecasts, times = (_array(path, name) for name in ("truth", "forecast", "t_ref"))
    errors = np.abs(truths - forecasts).mean(axis=1)
    until = int(times.max()) * 1_000_000
    recent = recent_windows(plan, series, truth, at, until, len(errors))
    if recent is None:
        return None
    return drift_by_output(plan, recent, predict(bundle, recent.inputs), errors)


def _array(path: str, name: str) -> Floats:
    """Return an array of an .npz file; one of objects is refused, as reading it could run code."""
    with zipfile.ZipFile(path) as archive, archive.open(f"{name}.npy") as stream:
        return np.asarray(np.lib.format.read_array(stream, allow_pickle=False), dtype=np.float64)
