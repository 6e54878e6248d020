"""Comparing ways to train over several seeds: means, paired differences, and what they prove.

Every seed draws its own held-out rows, so the seeds share rows with each other and a plain t
interval would be too narrow. Nadeau and Bengio, "Inference for the Generalization Error",
Machine Learning 52 (2003), correct the variance of the mean over n such draws from s²/n to
(1/n + test/train)·s². With a ratio of 0 it is the plain interval and the plain paired t test.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

CONFIDENCE = 0.95


@dataclass(frozen=True, kw_only=True)
class Interval:
    """A mean over ``n`` seeds with its interval; ``low`` and ``high`` are None below two."""

    n: int
    mean: float
    low: float | None
    high: float | None

    @property
    def margin(self) -> float | None:
        """Return half of the interval's width."""
        return None if self.high is None else self.high - self.mean


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


def mean_interval(values: Sequence[float], test_to_train: float = 0.0) -> Interval:
    """Return the mean with its corrected 95 % t interval.

    ``test_to_train`` is the number of held-out rows over that of the others.
    """
    mean, error = float(np.mean(values)), _standard_error(values, test_to_train)
    if error is None:
        return Interval(n=len(values), mean=mean, low=None, high=None)
    reach = float(stats.t.ppf((1 + CONFIDENCE) / 2, len(values) - 1)) * error
    return Interval(n=len(values), mean=mean, low=mean - reach, high=mean + reach)


def paired_test(
    first: Sequence[float], second: Sequence[float], test_to_train: float = 0.0
) -> PairedTest:
    """Return how ``first`` differs from ``second``; both have a value per seed, in one order."""
    differences = np.asarray(first, dtype=float) - np.asarray(second, dtype=float)
    return PairedTest(
        difference=mean_interval(differences.tolist(), test_to_train),
        p_value=_p_of_t(differences.tolist(), test_to_train),
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


def _standard_error(values: Sequence[float], test_to_train: float) -> float | None:
    if len(values) < 2:
        return None
    return math.sqrt((1 / len(values) + test_to_train) * float(np.var(values, ddof=1)))


def _p_of_t(differences: Sequence[float], test_to_train: float) -> float | None:
    error = _standard_error(differences, test_to_train)
    if error is None:
        return None
    mean = float(np.mean(differences))
    if error == 0:
        return 1.0 if mean == 0 else 0.0
    return float(2 * stats.t.sf(abs(mean / error), len(differences) - 1))


def _p_of_ranks(differences: np.ndarray) -> float | None:
    if len(differences) < 2:
        return None
    if not differences.any():
        return 1.0
    return float(stats.wilcoxon(differences).pvalue)
