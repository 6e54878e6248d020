"""How sure a mean is."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

CONFIDENCE = 0.95


@dataclass(frozen=True, kw_only=True)
class Interval:
    """A mean over ``n`` values, and its interval: None of one value, which says nothing of it."""

    n: int
    mean: float
    low: float | None
    high: float | None


def t_interval(values: Sequence[float]) -> Interval | None:
    """Return the mean of finite values with its 95 % interval, None of no values.

    mean ± t(n-1) · s / √n (Student, "The probable error of a mean", Biometrika 6, 1908).
    """
    told = np.asarray(values, dtype=np.float64)
    n = len(told)
    if n == 0:
        return None
    mean = float(told.mean())
    if n == 1 or not math.isfinite(mean):
        return Interval(n=n, mean=mean, low=None, high=None)
    quantile = float(stdtrit(n - 1, (1 + CONFIDENCE) / 2))
    reach = quantile * float(told.std(ddof=1)) / math.sqrt(n)
    return Interval(n=n, mean=mean, low=mean - reach, high=mean + reach)
