"""Resampling units with replacement: the error of any statistic, whatever its form."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.statistics.interval import CONFIDENCE

Rows = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Bootstrapped:
    """The standard error of a statistic and its percentile interval, over ``draws`` resamples."""

    error: float
    low: float
    high: float
    draws: int


def bootstrap(
    statistic: Callable[[Rows], float],
    units: NDArray[np.int64],
    *,
    seed: int,
    draws: int = 2_000,
    confidence: float = CONFIDENCE,
) -> Bootstrapped | None:
    """Return the bootstrap of ``statistic``, a function of row positions.

    ``units`` (rows,) names the unit of each row (a patient, a site): units are drawn with
    replacement and bring all their rows (Efron and Tibshirani, "An Introduction to the
    Bootstrap", 1993). Draws without a finite value, such as one class alone, are left out; None
    where fewer than two are left.
    """
    draw = np.random.default_rng(seed)
    _, codes = np.unique(units, return_inverse=True)
    order = np.argsort(codes, kind="stable").astype(np.int64)
    members = np.split(order, np.cumsum(np.bincount(codes))[:-1])
    values = []
    for _ in range(draws):
        drawn = draw.integers(0, len(members), len(members))
        value = statistic(np.concatenate([members[unit] for unit in drawn]))
        if np.isfinite(value):
            values.append(value)
    if len(values) < 2:
        return None
    tail = (1 - confidence) / 2
    low, high = np.quantile(values, [tail, 1 - tail])
    error = float(np.std(values, ddof=1))
    return Bootstrapped(error=error, low=float(low), high=float(high), draws=len(values))
