"""Yes and no of the same things, twice."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
NEAR = 1e-7  # tables whose chances differ by less, relatively, are as likely as each other (R)


@dataclass(frozen=True, kw_only=True)
class PairedOutcomes:
    """McNemar's test of two outcomes of the same things.

    ``table`` is [[both, first only], [second only, neither]].
    """

    table: tuple[tuple[int, int], tuple[int, int]]
    p_exact: float
    p_chi2: float
    p_chi2_corrected: float


def mcnemar(first: Mask, second: Mask) -> PairedOutcomes:
    """Return the test of outcomes (n,): whether as many are "first only" as "second only".

    McNemar, Psychometrika 12 (1947): exact by the binomial distribution, and by χ² with and
    without the continuity correction. Where the two never differ, p is 1.
    """
    from scipy.special import bdtr, chdtrc  # the web process starts without it

    both, neither = int((first & second).sum()), int((~first & ~second).sum())
    b, c = int((first & ~second).sum()), int((~first & second).sum())
    n, apart = b + c, abs(b - c)
    exact = min(1.0, 2 * float(bdtr(min(b, c), n, 0.5))) if n else 1.0
    plain, corrected = (
        float(chdtrc(1, max(one, 0) ** 2 / n)) if n else 1.0 for one in (apart, apart - 1)
    )
    return PairedOutcomes(
        table=((both, b), (c, neither)), p_exact=exact, p_chi2=plain, p_chi2_corrected=corrected
    )


def fisher_exact_p(hits: int, n: int, other_hits: int, other_n: int) -> float:
    """Return Fisher's exact p of two shares, two-sided ("Statistical Methods", 1934).

    The chance of all tables with these sums that are at most as likely as the one seen. Chances
    follow from those beside them, so that they need no factorial of a large number.
    """
    both = hits + other_hits
    first = np.arange(max(0, both - other_n), min(both, n) + 1)
    some = first[:-1].astype(np.float64)
    steps = np.log((n - some) * (both - some)) - np.log((some + 1) * (other_n - both + some + 1))
    chances = np.concatenate([[0.0], np.cumsum(steps)])
    seen = chances[hits - first[0]]
    unlikely = np.exp(chances[chances <= seen + NEAR] - seen).sum()
    all_tables = np.exp(chances - chances.max()).sum()
    return min(1.0, float(unlikely / all_tables) * math.exp(seen - chances.max()))
