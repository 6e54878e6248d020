"""What is kept of a cut-off: its metrics, the rows that each of them is of, and its forecasts."""

import uuid
from collections.abc import Mapping
from typing import Any

from app.storage import ObjectStore
from services.forecasting.datasets.dropped import iso
from services.forecasting.files.create import PREFIX
from services.forecasting.training.measure import MeasuredModel, forecasts_file
from services.forecasting.training.prepare import PreparedData
from services.forecasting.windows.series import Integers

OF_OUTPUT = {"mae": "MAE", "rmse": "RMSE", "wape": "WAPE"}
FILE = "backtest_forecasts.npz"


def measured_fold(data: PreparedData, measured: MeasuredModel) -> dict[str, Any]:
    """Return a cut-off as strict JSON takes it.

    ``cutoff`` is the reference time of the first tested window, ``blocks`` say of how many windows
    and of which reference times each block is, ``scalers`` on which of them they were fitted.
    """
    blocks = {name: _block(data, samples) for name, samples in data.split.blocks.items()}
    certificate = data.certificate
    return {
        "cutoff": blocks["test"]["first"],
        "blocks": blocks,
        "left_out": len(data.split.left_out),
        "scalers": {"fitted_on": data.scalers.fitted_on, "outputs": _ranges(data)},
        "leaks": list(certificate.leaks),
        "metrics": dict(measured.metrics),
        "outputs": {name: _of_output(name, measured) for name in data.windows.output_names},
    }


def keep_windows(store: ObjectStore, data: PreparedData, measured: MeasuredModel) -> str:
    """Store truth and forecast of a cut-off's test windows; return the key of the object."""
    key = f"{PREFIX}{uuid.uuid4()}/{FILE}"
    store.put(key, forecasts_file(data, measured))
    return key


def _block(data: PreparedData, samples: Integers) -> dict[str, Any]:
    times = data.windows.reference_times[samples]
    return {"windows": len(samples), "first": iso(times.min()), "last": iso(times.max())}


def _ranges(data: PreparedData) -> dict[str, Any]:
    """Return the lowest and highest value of each output that scalers were fitted to."""
    return {
        one.name: None if one.scaler is None else [one.scaler.low, one.scaler.high]
        for one in data.scalers.outputs
    }


def _of_output(name: str, measured: MeasuredModel) -> Mapping[str, float | None]:
    table = measured.tables.df_eval[name]
    return {
        **{ours: table[column][0] for ours, column in OF_OUTPUT.items()},
        "mase_seasonal": measured.tables.seasonal_mase.get(name),
        "skill": measured.skill[name],
    }
