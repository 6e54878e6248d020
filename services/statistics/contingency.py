"""Yes and no of the same things, twice."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]


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
