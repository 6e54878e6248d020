"""Comparing ways to train over several seeds: paired differences, and what they prove.

Every seed draws its own held-out rows from the same data, so the seeds share rows: variances are
corrected as ``services.statistics.interval.standard_error`` says. With a ratio of 0 the test is
the plain paired t test.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.statistics.interval import Interval, standard_error, t_interval


@dataclass(frozen=True, kw_only=True)
class PairedTest:
    """First minus second, seed by seed.

    ``p_value`` is of the corrected paired t test, ``p_holm`` the same held against the family of
    comparisons, ``p_wilcoxon`` of the signed-rank test, which asks for no normal distribution.
    """

    difference: Interval
    p_value: float | None
    p_wilcoxon: float | None
    p_holm: float | None = None


def paired_test(
    first: Sequence[float], second: Sequence[float], test_to_train: float = 0.0
) -> PairedTest | None:
    """Return how ``first`` differs from ``second``; both have a value per seed, in one order.

    None of no seeds.
    """
    differences = np.asarray(first, dtype=np.float64) - np.asarray(second, dtype=np.float64)
    interval = t_interval(differences.tolist(), test_to_train)
    if interval is None:
        return None
    return PairedTest(
        difference=interval,
        p_value=_p_of_t(differences, test_to_train),
        p_wilcoxon=_p_of_ranks(differences),
    )


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Return the p values adjusted for being a family (Holm, Scand. J. Statist. 6, 1979)."""
    known = sorted((p, place) for place, p in enumerate(p_values) if p is not None)
    adjusted: list[float | None] = [None] * len(p_values)
    largest = 0.0
    for rank, (p, place) in enumerate(known):
        largest = max(largest, min(1.0, (len(known) - rank) * p))
        adjusted[place] = largest
    return adjusted


def _p_of_t(differences: NDArray[np.float64], test_to_train: float) -> float | None:
    if len(differences) < 2:
        return None
    mean, error = float(differences.mean()), standard_error(differences, test_to_train)
    if error == 0:
        return 1.0 if mean == 0 else 0.0
    from scipy.special import stdtr  # the web process starts without it

    return float(2 * stdtr(len(differences) - 1, -abs(mean / error)))


def _p_of_ranks(differences: NDArray[np.float64]) -> float | None:
    if len(differences) < 2:
        return None
    if not differences.any():
        return 1.0
    from scipy import stats  # the web process starts without it

    return float(stats.wilcoxon(differences).pvalue)
