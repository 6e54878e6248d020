"""What every function of the evaluation takes and gives: pairs of arrays, and values or None."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from services.statistics.spread import MAX_MAGNITUDE

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]

NOISE = 1e-12  # of the largest value: a denominator below it is 0 but for rounding


def pair(truth: ArrayLike, forecast: ArrayLike) -> tuple[Floats, Floats]:
    """Return both as float64 arrays of one shape; ValueError where the shapes differ."""
    first = np.asarray(truth, dtype=np.float64)
    second = np.asarray(forecast, dtype=np.float64)
    if first.shape != second.shape:
        raise ValueError(
            f"truth has the shape {first.shape}, forecast {second.shape}: they must be equal"
        )
    return first, second


def windows(truth: ArrayLike, forecast: ArrayLike) -> tuple[Floats, Floats]:
    """Return both as arrays (n, steps); ValueError where they are not of that shape."""
    first, second = pair(truth, forecast)
    if first.ndim != 2:
        raise ValueError(
            f"truth and forecast have the shape {first.shape}: expected (windows, steps)"
        )
    return first, second


def usable(values: Floats) -> Mask:
    """Return where values are numbers whose squares can be summed: a diverged model's are not."""
    return np.abs(values) <= MAX_MAGNITUDE  # NaN is not, either


def cell(value: float | np.floating) -> float | None:
    """Return a finite number as float, anything else as None: strict JSON has no NaN."""
    number = float(value)
    return number if math.isfinite(number) else None


def cells(values: ArrayLike) -> list[float | None]:
    """Return each value of (k,) as ``cell`` does."""
    return [cell(value) for value in np.asarray(values, dtype=np.float64)]


def ratio(part: float, whole: float, scale: float) -> float | None:
    """Return part / whole, None where whole is 0 but for the rounding of numbers of size scale."""
    if not abs(whole) > NOISE * scale:
        return None
    return cell(np.float64(part) / np.float64(whole))
