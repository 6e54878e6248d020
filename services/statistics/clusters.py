"""A mean over values that come in clusters: the values of a person are not independent."""

import math

import numpy as np
from numpy.typing import NDArray

from services.statistics.interval import NOISE, t_quantile

Ints = NDArray[np.int64]


def cluster_error(sizes: Ints, sums: Ints) -> float:
    """Return the standard error of Σ sums / Σ sizes over m clusters (m,), two or more.

    Linearised, as for a ratio of totals: √(m/(m-1)·Σ(s - r·n)²)/Σn (Cochran, "Sampling
    Techniques", 1977; the cluster-robust error of Liang and Zeger, Biometrika 73, 1986).
    """
    m, total = len(sizes), float(sizes.sum())
    rest = sums - float(sums.sum()) / total * sizes
    return math.sqrt(float(rest @ rest) * m / (m - 1)) / total


def cluster_interval(sizes: Ints, sums: Ints) -> tuple[float, float] | None:
    """Return mean ± t(m-1)·error of clusters (m,); None where nothing is known of the error."""
    if len(sizes) < 2:
        return None
    error, mean = cluster_error(sizes, sums), float(sums.sum()) / float(sizes.sum())
    if error <= NOISE:
        return None
    reach = t_quantile(len(sizes) - 1) * error
    return mean - reach, mean + reach
