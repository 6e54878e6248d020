"""Whether two ways are the same for all that matters: equivalence within a margin set before."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from services.statistics.interval import NOISE

Floats = NDArray[np.float64]


def equivalence_p(mean: float, error: float, n: int, margin: float) -> float:
    """Return the p value of two one-sided t tests against -margin and +margin (TOST).

    The larger of the two (Schuirmann, J. Pharmacokinet. Biopharm. 15, 1987). ``error`` is the
    standard error of ``mean`` over ``n`` pairs, two or more.
    """
    return max(one_sided_ps(mean, error, n - 1, margin))


def one_sided_ps(mean: float, error: float, freedom: float, margin: float) -> tuple[float, float]:
    """Return the p values of "not above -margin" and of "not below +margin", which TOST joins."""
    from scipy.special import stdtr  # the web process starts without it

    above = float(stdtr(freedom, -(mean + margin) / error))
    below = float(stdtr(freedom, (mean - margin) / error))
    return above, below


def lies_within(low: float, high: float, margin: float) -> bool:
    """Return whether an interval lies inside ±margin.

    Of a 90 % interval that is TOST at 5 %; of a wider one it is stricter.
    """
    return -margin < low and high < margin


EquivalenceVerdict = Literal["equivalent", "different", "different_but_negligible", "inconclusive"]


@dataclass(frozen=True, kw_only=True)
class WelchTest:
    """First minus second of two independent samples with their own variances.

    ``freedom`` is that of Welch and Satterthwaite. An error of 0, where no value differs from
    another of its sample, says nothing: ``p_value`` is None then, and ``ends`` has no width.
    """

    delta: float
    error: float
    freedom: float
    t: float | None
    p_value: float | None

    def ends(self, confidence: float) -> tuple[float, float]:
        """Return the ends of the t interval."""
        from scipy.special import stdtrit  # the web process starts without it

        if self.error == 0:
            return self.delta, self.delta
        reach = float(stdtrit(self.freedom, (1 + confidence) / 2)) * self.error
        return self.delta - reach, self.delta + reach


def welch_test(first: Floats, second: Floats) -> WelchTest | None:
    """Return Welch's test (Biometrika 34, 1947); None of fewer than two values on a side."""
    from scipy.special import stdtr  # the web process starts without it

    sizes = len(first), len(second)
    if min(sizes) < 2:
        return None
    parts = [float(side.var(ddof=1)) / len(side) for side in (first, second)]
    delta, variance = float(first.mean() - second.mean()), sum(parts)
    if variance <= NOISE**2:
        return WelchTest(delta=delta, error=0.0, freedom=sum(sizes) - 2, t=None, p_value=None)
    freedom = variance**2 / sum(
        part**2 / (size - 1) for part, size in zip(parts, sizes, strict=True)
    )
    error = math.sqrt(variance)
    t = delta / error
    return WelchTest(
        delta=delta,
        error=error,
        freedom=freedom,
        t=t,
        p_value=min(1.0, 2 * float(stdtr(freedom, -abs(t)))),
    )


def verdict_of(
    p_difference: float | None, p_equivalence: float | None, alpha: float
) -> EquivalenceVerdict:
    """Return which of the two tests reject: different, equivalent, both, or neither."""
    differs = p_difference is not None and p_difference < alpha
    is_within = p_equivalence is not None and p_equivalence < alpha
    if differs:
        return "different_but_negligible" if is_within else "different"
    return "equivalent" if is_within else "inconclusive"
