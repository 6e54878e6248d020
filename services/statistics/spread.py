"""The mean of many groups at once, each with its interval."""

import numpy as np
from numpy.typing import NDArray

from services.statistics.interval import CONFIDENCE, Interval

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
MAX_MAGNITUDE = 1e150  # the square of a larger number is infinite


def intervals_by_group(codes: Codes, values: Floats, groups: int) -> list[Interval | None]:
    """Return the mean and the interval of each of ``groups``, None of one without values.

    ``codes`` of shape (n,) name the group of each of the ``values`` of shape (n,), which are at
    most MAX_MAGNITUDE in size. Each interval is what ``interval.t_interval`` says of the values.
    """
    from scipy.special import stdtrit  # the web process starts without it

    counts = np.bincount(codes, minlength=groups)
    low = np.full(groups, np.inf)
    np.minimum.at(low, codes, values)
    place = values - low[codes]  # sums of large numbers would lose what little they differ by
    some = np.maximum(counts, 1)
    mean = np.bincount(codes, place, groups) / some
    rest = place - mean[codes]
    freedom = np.maximum(counts - 1, 1)
    variance = np.bincount(codes, rest * rest, groups) / freedom
    reach = stdtrit(freedom, (1 + CONFIDENCE) / 2) * np.sqrt(variance / some)
    columns = (counts.tolist(), (low + mean).tolist(), reach.tolist())
    return [_interval(n, middle, side) for n, middle, side in zip(*columns, strict=True)]


def _interval(n: int, mean: float, reach: float) -> Interval | None:
    if n < 2:
        return Interval(n=1, mean=mean, low=None, high=None) if n else None
    return Interval(n=n, mean=mean, low=mean - reach, high=mean + reach)
