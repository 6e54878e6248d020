"""How sure a mean is."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

CONFIDENCE = 0.95


@dataclass(frozen=True, kw_only=True)
class Interval:
    """A mean over ``n`` values, and its interval: None of one value, which says nothing of it."""

    n: int
    mean: float
    low: float | None
    high: float | None

    @property
    def margin(self) -> float | None:
        """Return half of the interval's width."""
        return None if self.high is None else self.high - self.mean

    def within(self, lowest: float, highest: float) -> "Interval":
        """Return the interval without what the mean cannot be: it covers the truth as often."""
        if self.low is None or self.high is None:
            return self
        return replace(self, low=max(self.low, lowest), high=min(self.high, highest))


def t_interval(values: Sequence[float], test_to_train: float = 0.0) -> Interval | None:
    """Return the mean of finite values with its 95 % interval, None of no values.

    mean ± t(n-1) · s / √n (Student, "The probable error of a mean", Biometrika 6, 1908). Where the
    values are of splits that share rows, ``test_to_train`` is the number of held-out rows over
    that of the others, see ``standard_error``.
    """
    told = np.asarray(values, dtype=np.float64)
    n = len(told)
    if n == 0:
        return None
    mean = float(told.mean())
    if n == 1 or not math.isfinite(mean):
        return Interval(n=n, mean=mean, low=None, high=None)
    from scipy.special import stdtrit  # the web process starts without it

    quantile = float(stdtrit(n - 1, (1 + CONFIDENCE) / 2))
    reach = quantile * standard_error(told, test_to_train)
    return Interval(n=n, mean=mean, low=mean - reach, high=mean + reach)


def standard_error(values: NDArray[np.float64], test_to_train: float = 0.0) -> float:
    """Return the standard error of the mean of two values or more: √((1/n + test/train) · s²).

    Values of random splits of the same rows are not independent: Nadeau and Bengio, "Inference
    for the Generalization Error", Machine Learning 52 (2003), correct 1/n to 1/n + test/train. A
    ratio of 0 is the plain s / √n.
    """
    return math.sqrt(1 / len(values) + test_to_train) * float(values.std(ddof=1))
