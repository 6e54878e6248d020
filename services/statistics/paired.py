"""Paired comparison over several seeds: the mean difference, its error and what it proves."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.statistics.interval import standard_error


@dataclass(frozen=True, kw_only=True)
class PairedTest:
    """First minus second over ``n`` pairs.

    ``error`` is the standard error of ``mean``, None where nothing is known of it (one pair, or
    equal differences without a floor). ``p_value`` is of the corrected paired t test with that
    error, ``p_wilcoxon`` of the signed-rank test, which asks for no normal distribution.
    """

    n: int
    mean: float
    error: float | None
    p_value: float | None
    p_wilcoxon: float | None


def paired_test(
    first: Sequence[float],
    second: Sequence[float],
    test_to_train: float = 0.0,
    floor: float = 0.0,
) -> PairedTest | None:
    """Return how ``first`` differs from ``second``: finite values, one pair per seed, in one order.

    ``test_to_train`` corrects for splits that share rows (``interval.standard_error``); 0 is the
    plain paired t test. ``floor`` is the least that the standard error can be, as the rows that
    were measured allow: few seeds that happen to agree prove no more than that. None of no pairs.
    """
    differences = np.asarray(first, dtype=np.float64) - np.asarray(second, dtype=np.float64)
    n = len(differences)
    if n == 0:
        return None
    mean = float(differences.mean())
    scale = float(np.abs([first, second]).max())
    error = max(standard_error(differences, test_to_train, scale), floor) if n > 1 else 0.0
    return PairedTest(
        n=n,
        mean=mean,
        error=error if error > 0 else None,
        p_value=_p_of_t(mean, error, n),
        p_wilcoxon=_p_of_ranks(differences),
    )


def _p_of_t(mean: float, error: float, n: int) -> float | None:
    if n < 2:
        return None
    if error == 0:
        return 1.0 if mean == 0 else None
    from scipy.special import stdtr  # the web process starts without it

    return max(float(2 * stdtr(n - 1, -abs(mean / error))), math.ulp(0.0))


def _p_of_ranks(differences: NDArray[np.float64]) -> float | None:
    if len(differences) < 2:
        return None
    if not differences.any():
        return 1.0
    from scipy import stats  # the web process starts without it

    return float(stats.wilcoxon(differences).pvalue)
