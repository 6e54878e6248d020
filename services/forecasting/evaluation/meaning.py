"""When a metric means nothing for an output, and which one an account of it should begin with.

The formula's number stays in the tables; a page says beside it why it misleads, and leads with
WAPE, whose denominator is a sum over all cells.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from services.forecasting.evaluation.arrays import NOISE, pair
from services.forecasting.evaluation.metrics import EPSILON

NEAR_ZERO = 0.01  # of the mean size of the truth
DOMINATED = 0.1  # of the sum of relative errors, by cells near zero
WEAK_MEAN = 0.1  # of the mean size: a mean this small is an accident of where the unit's zero lies

ZEROS, NEAR_ZEROS, MIXED_SIGNS = "zeros", "near_zeros", "mixed_signs"
NEGATIVE_MEAN, MEAN_NEAR_ZERO, CONSTANT, ALL_ZERO = (
    "negative_mean",
    "mean_near_zero",
    "constant",
    "all_zero",
)
REASONS = {
    ZEROS: "The truth is 0 in some cells, and a relative error of 0 is not defined.",
    NEAR_ZEROS: "A few cells near 0 make up most of the relative error.",
    MIXED_SIGNS: "The truth lies on both sides of 0, which for this unit is an arbitrary point.",
    NEGATIVE_MEAN: "The mean of the truth is negative, and with it the metric.",
    MEAN_NEAR_ZERO: "The mean of the truth is close to 0, so the metric is large by accident.",
    CONSTANT: "The truth never changes, so there is no change to compare the error with.",
    ALL_ZERO: "The truth is 0 everywhere.",
}


@dataclass(frozen=True, kw_only=True)
class Caution:
    """A metric that means nothing here; ``reason`` is a key of REASONS, ``share`` of the cells."""

    metric: str
    reason: str
    share: float | None = None


def cautions(truth: ArrayLike, forecast: ArrayLike) -> list[Caution]:
    """Return what to say beside MAPE, NRMSE, WAPE and MASE of one output; arrays of one shape."""
    t, p = pair(truth, forecast)
    if not t.size:
        return []
    size = np.abs(t)
    if not size.any():
        return [Caution(metric=name, reason=ALL_ZERO) for name in ("MAPE", "NRMSE", "WAPE", "MASE")]
    rows = [_of_mape(size, np.abs(t - p)), _of_nrmse(float(t.mean()), float(size.mean()))]
    if t.min() < 0 < t.max():
        rows.append(Caution(metric="MAPE", reason=MIXED_SIGNS, share=float((t < 0).mean())))
    if float(np.ptp(t)) <= NOISE * float(size.max()):
        rows.append(Caution(metric="MASE", reason=CONSTANT))
    return [row for row in rows if row is not None]


def leading_metric(truth: ArrayLike) -> str:
    """Return WAPE, or MAE where the truth is 0 everywhere or empty and WAPE is undefined."""
    return "WAPE" if np.asarray(truth, dtype=np.float64).any() else "MAE"


def _of_mape(size: np.ndarray, error: np.ndarray) -> Caution | None:
    zero = size <= EPSILON
    if zero.any():
        return Caution(metric="MAPE", reason=ZEROS, share=float(zero.mean()))
    near = size < NEAR_ZERO * size.mean()
    relative = error / size
    if relative[near].sum() <= DOMINATED * relative.sum():
        return None
    return Caution(metric="MAPE", reason=NEAR_ZEROS, share=float(near.mean()))


def _of_nrmse(mean: float, size: float) -> Caution | None:
    if abs(mean) < WEAK_MEAN * size:
        return Caution(metric="NRMSE", reason=MEAN_NEAR_ZERO)
    return Caution(metric="NRMSE", reason=NEGATIVE_MEAN) if mean < 0 else None
