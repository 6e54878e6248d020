"""The metrics of a whole block of windows: one total each, and one value per step."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from services.forecasting.evaluation.arrays import Floats
from services.forecasting.evaluation.metrics import METRICS
from services.forecasting.evaluation.tables import output_tables

Totals = Mapping[str, float | Sequence[float | None] | None]


def block_totals(truth: ArrayLike, forecast: ArrayLike) -> Totals:
    """Return each of METRICS, and under ``<metric>_TS`` one value per step of the window.

    Arrays are (n, steps, outputs); outputs count as further windows, one after the other, as
    section 5 of the contract has them: of several outputs scaled values alone are comparable.
    None where a metric is undefined. ValueError where shapes differ.
    """
    t, p = np.asarray(truth, dtype=np.float64), np.asarray(forecast, dtype=np.float64)
    if t.ndim != 3 or t.shape != p.shape:
        raise ValueError(f"truth {t.shape} and forecast {p.shape} must both be (n, steps, outputs)")
    whole, by_block = output_tables(_pooled(t), _pooled(p), None, levels=1)
    steps = by_block["a1"]
    return {name: whole[name][0] for name in METRICS} | {
        f"{name}_TS": list(steps[name]) for name in METRICS
    }


def _pooled(values: Floats) -> Floats:
    return np.moveaxis(values, 2, 0).reshape(-1, values.shape[1])
