"""A mean over values that come in clusters: the values of a person are not independent."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.statistics.interval import NOISE, t_quantile

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bounds = tuple[float, float]
MIN_ALIKE = 10  # clusters that all have one mean, to say that clusters do not differ


@dataclass(frozen=True, kw_only=True)
class ClusterInterval:
    """The standard error of an estimate over clusters, and its 95 % interval."""

    error: float
    low: float
    high: float


def cluster_error(sizes: Ints, sums: Ints | Floats) -> float:
    """Return the standard error of Σ sums / Σ sizes over m clusters (m,), two or more.

    Linearised, as for a ratio of totals: √(m/(m-1)·Σ(s - r·n)²)/Σn (Cochran, "Sampling
    Techniques", 1977; the cluster-robust error of Liang and Zeger, Biometrika 73, 1986).
    """
    m, total = len(sizes), float(sizes.sum())
    rest = sums - float(sums.sum()) / total * sizes
    return math.sqrt(float(rest @ rest) * m / (m - 1)) / total


def cluster_interval(
    sizes: Ints, sums: Ints | Floats, bounds: Bounds | None = None
) -> tuple[float, float] | None:
    """Return mean ± t(m-1)·error of clusters (m,); None where nothing is known of the error.

    The mean cannot lie outside of ``bounds``, and neither do the ends.
    """
    if len(sizes) < 2:
        return None
    error, mean = cluster_error(sizes, sums), float(sums.sum()) / float(sizes.sum())
    if error <= NOISE:
        return None
    ends = _around(mean, error, len(sizes) - 1, bounds)
    return ends.low, ends.high


def difference_interval(
    first: Floats, second: Floats, bounds: Bounds | None = None
) -> ClusterInterval | None:
    """Return the interval of mean of first minus mean of second, means of clusters (m,).

    Difference ± t·√(error² + error²), with the errors and degrees of freedom of Welch
    (Biometrika 34, 1947). None of one cluster on a side, of fewer than MIN_ALIKE that are alike,
    which may be so by chance, and where no cluster differs from another: nothing is known of the
    error.
    """
    if min(len(first), len(second)) < 2:
        return None
    errors = [float(side.std(ddof=1)) / math.sqrt(len(side)) for side in (first, second)]
    sides = tuple(zip((first, second), errors, strict=True))
    if any(error <= NOISE and len(side) < MIN_ALIKE for side, error in sides):
        return None
    error = math.hypot(*errors)
    if error <= NOISE:
        return None
    freedom = welch_freedom(errors, [len(side) for side in (first, second)])
    return _around(float(first.mean() - second.mean()), error, freedom, bounds)


def welch_freedom(errors: Sequence[float], sizes: Sequence[int]) -> float:
    """Return the degrees of freedom of √(Σ error²) of samples of ``sizes``, one error above 0.

    (Σ e²)² / Σ e⁴/(n - 1) (Satterthwaite, Biometrics Bulletin 2, 1946).
    """
    squares = [error**2 for error in errors]
    parts = [one**2 / (n - 1) for one, n in zip(squares, sizes, strict=True)]
    return sum(squares) ** 2 / sum(parts)


def _around(mean: float, error: float, freedom: float, bounds: Bounds | None) -> ClusterInterval:
    reach, (least, most) = t_quantile(freedom) * error, bounds or (-math.inf, math.inf)
    return ClusterInterval(error=error, low=max(least, mean - reach), high=min(most, mean + reach))
