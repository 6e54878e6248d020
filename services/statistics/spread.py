"""The mean of many groups at once, each with its interval."""

import numpy as np
from numpy.typing import NDArray

from services.statistics.interval import CONFIDENCE, Interval, score_interval

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
MAX_MAGNITUDE = 1e150  # the square of a larger number is infinite


def intervals_by_group(
    codes: Codes, values: Floats, groups: int, *, is_share: bool = False
) -> list[Interval | None]:
    """Return the mean and the interval of each of ``groups``, None of one without values.

    ``codes`` of shape (n,) name the group of each of the ``values`` of shape (n,), which are at
    most MAX_MAGNITUDE in size. Each interval is what ``interval.t_interval`` says of the values.
    Of shares, where all of a group lie between 0 and 1, it is the score interval with the same
    error, which never leaves 0 to 1. Equal values have none: they say nothing of their error.
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
    quantiles = stdtrit(freedom, (1 + CONFIDENCE) / 2).tolist()
    columns = (counts.tolist(), (low + mean).tolist(), np.sqrt(variance / some).tolist(), quantiles)
    outside = np.bincount(codes, (values < 0) | (values > 1), groups) > 0
    return [
        _interval(n, middle, error, quantile, is_share=is_share and not odd)
        for n, middle, error, quantile, odd in zip(*columns, outside.tolist(), strict=True)
    ]


def _interval(
    n: int, mean: float, error: float, quantile: float, *, is_share: bool
) -> Interval | None:
    if n < 2:
        return Interval(n=1, mean=mean, low=None, high=None) if n else None
    ends: tuple[float, float] | None = (mean - quantile * error, mean + quantile * error)
    if error == 0:
        ends = None
    elif is_share:
        ends = score_interval(mean, error, quantile)
    low, high = ends or (None, None)
    return Interval(n=n, mean=mean, low=low, high=high)
