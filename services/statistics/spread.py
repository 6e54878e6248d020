"""How numbers spread around their mean, of many groups at once.

Sums of squares of large numbers lose what little they differ by, and overflow. So each group is
moved and scaled to lie between 0 and 1 before anything is summed: the lowest value becomes 0, the
highest 1. A caller that sums by itself (the database does) hands over sums of such numbers.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.statistics.interval import CONFIDENCE, Interval

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Scaled:
    """``n`` finite values between ``low`` and ``high``.

    ``mean`` and ``variance`` (the unbiased one) are those of the values on the way from 0, at the
    lowest, to 1, at the highest.
    """

    n: int
    low: float
    high: float
    mean: float
    variance: float


def scaled_by_group(codes: Codes, values: Floats, groups: int) -> list[Scaled | None]:
    """Return the spread of each of ``groups``, None of one without values.

    ``codes`` of shape (n,) name the group of each of the finite ``values`` of shape (n,).
    """
    counts = np.bincount(codes, minlength=groups)
    low, high = np.full(groups, np.inf), np.full(groups, -np.inf)
    np.minimum.at(low, codes, values)
    np.maximum.at(high, codes, values)
    place = _between(low[codes], high[codes], values)
    some = np.maximum(counts, 1)
    mean = np.bincount(codes, place, groups) / some
    rest = place - mean[codes]
    squares = np.bincount(codes, rest * rest, groups)
    variance = squares / np.maximum(counts - 1, 1)
    columns = (counts.tolist(), low.tolist(), high.tolist(), mean.tolist(), variance.tolist())
    return [
        Scaled(n=n, low=lowest, high=highest, mean=middle, variance=spread) if n else None
        for n, lowest, highest, middle, spread in zip(*columns, strict=True)
    ]


def _between(low: Floats, high: Floats, values: Floats) -> Floats:
    """Return where the values lie from 0 to 1; halves keep the difference from overflowing."""
    width = high / 2 - low / 2
    place = np.zeros(len(values))
    np.divide(values / 2 - low / 2, width, out=place, where=width > 0)
    return place


def intervals(spreads: Sequence[Scaled | None]) -> list[Interval | None]:
    """Return the mean and the interval of each, as ``interval.t_interval`` of the values would."""
    from scipy.special import stdtrit  # the web process starts without it

    freedom = np.array([0 if one is None else one.n - 1 for one in spreads], dtype=np.float64)
    quantiles = stdtrit(np.maximum(freedom, 1), (1 + CONFIDENCE) / 2).tolist()
    return [
        None if one is None else _interval(one, quantile)
        for one, quantile in zip(spreads, quantiles, strict=True)
    ]


def _interval(spread: Scaled, quantile: float) -> Interval:
    half = spread.high / 2 - spread.low / 2
    mean = 2 * (spread.low / 2 + half * spread.mean)
    if spread.n == 1:
        return Interval(n=1, mean=mean, low=None, high=None)
    reach = 2 * half * quantile * math.sqrt(spread.variance / spread.n)
    low, high = _finite(mean - reach), _finite(mean + reach)
    return Interval(n=spread.n, mean=mean, low=low, high=high)


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
