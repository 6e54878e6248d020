"""Groups of ratings on few levels: rank statistics from the counts of the levels, in one pass.

Counts (groups, levels) hold all that a rank knows, so a million ratings cost what five do.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Counts = NDArray[np.int64]
Sums = Counts | NDArray[np.float64]  # counts, or what is drawn in their place


@dataclass(frozen=True, kw_only=True)
class RankComparison:
    """How two groups lie: U of the first, p two-sided, Cliff's delta as first minus second.

    ``delta`` = P(first > second) - P(first < second). ``p_with_continuity`` moves U half a step
    towards its mean.
    """

    u1: float
    delta: float
    p_value: float
    p_with_continuity: float

    @property
    def second_minus_first(self) -> float:
        """Return Cliff's delta with the other sign; 0 stays 0."""
        return 0.0 - self.delta

    @property
    def superiority(self) -> float:
        """Return P(second > first) + ½P(equal), the probability of superiority (d + 1)/2."""
        return (self.second_minus_first + 1) / 2


@dataclass(frozen=True, kw_only=True)
class KruskalWallis:
    """H corrected for ties, its χ² p value with k - 1 degrees of freedom, η²_H.

    All three are None where every value is the same.
    """

    h_stat: float | None
    p_value: float | None
    eta_squared: float | None
    n_groups: int
    n_total: int


def counted(*groups: ArrayLike) -> Counts:
    """Return the counts (groups, levels) of the values of some groups."""
    arrays = [np.asarray(group) for group in groups]
    levels, codes = np.unique(np.concatenate(arrays), return_inverse=True)
    ends = np.cumsum([len(one) for one in arrays])[:-1]
    parts = np.split(codes.reshape(-1), ends)
    return np.array([np.bincount(part, minlength=len(levels)) for part in parts], dtype=np.int64)


def cliffs_delta(first: Sums, second: Sums) -> NDArray[np.float64]:
    """Return [#(x>y) - #(x<y)]/(n·m) of counts (..., levels), NaN of an empty side.

    Cliff, Psychological Bulletin 114 (1993).
    """
    below = np.cumsum(second, axis=-1) - second
    above = second.sum(axis=-1, keepdims=True) - below - second
    wins = (first.astype(np.float64) * (below - above)).sum(axis=-1)
    pairs = first.sum(axis=-1).astype(np.float64) * second.sum(axis=-1)
    return np.asarray(np.divide(wins, pairs, out=np.full_like(wins, np.nan), where=pairs > 0))


def mann_whitney(first: Counts, second: Counts) -> RankComparison:
    """Return the comparison of two groups of level counts (levels,), neither of them empty."""
    return compared_ranks(first, second[None])[0]


def compared_ranks(first: Counts, others: Counts) -> list[RankComparison]:
    """Return the comparison of level counts (levels,) with each of ``others`` (groups, levels).

    Mann and Whitney, Ann. Math. Statist. 18 (1947): U1 = R1 - n1(n1+1)/2 with midranks, normal
    approximation with the variance corrected for ties; a variance of 0 has p = 1. An empty side
    has an effect of NaN.
    """
    n1, n2 = float(first.sum()), others.sum(axis=1).astype(np.float64)
    deltas = cliffs_delta(first[None], others)
    u1 = np.rint((deltas + 1) * n1 * n2) / 2  # U is a half-integer
    tied = ((first + others).astype(np.float64) ** 3 - (first + others)).sum(axis=1)
    n = n1 + n2
    per_pair = (n + 1) - tied / np.maximum(n * (n - 1), 1)
    sigma = np.sqrt(np.maximum(n1 * n2 * per_pair / 12, 0.0))
    apart = np.abs(u1 - n1 * n2 / 2)
    columns = (u1.tolist(), deltas.tolist(), apart.tolist(), sigma.tolist())
    return [
        RankComparison(
            u1=u,
            delta=delta,
            p_value=_two_sided(distance, spread),
            p_with_continuity=_two_sided(max(distance - 0.5, 0.0), spread),
        )
        for u, delta, distance, spread in zip(*columns, strict=True)
    ]


def _two_sided(distance: float, sigma: float) -> float:
    if sigma <= 0:
        return 1.0
    return math.erfc(distance / sigma / math.sqrt(2))


def moments_of_counts(
    counts: Counts, levels: NDArray[np.float64]
) -> tuple[Counts, NDArray[np.float64], NDArray[np.float64]]:
    """Return number, mean and variance (ddof 1) of each group (groups,) of level counts.

    ``levels`` (levels,) are the values that ``counts`` (groups, levels) are of. NaN is the mean of
    no value, and the variance of fewer than two.
    """
    n = counts.sum(axis=1)
    empty = np.full(len(n), np.nan)
    mean = np.divide(counts @ levels, n, out=empty.copy(), where=n > 0)
    apart = levels - np.nan_to_num(mean)[:, None]
    squares = (counts * apart * apart).sum(axis=1)
    return n, mean, np.divide(squares, n - 1, out=empty, where=n > 1)


def kruskal_wallis(counts: Counts) -> KruskalWallis:
    """Return the test of level counts (groups, levels), two groups or more, none empty.

    Kruskal and Wallis, J. Am. Stat. Assoc. 47 (1952); η²_H = max(0, (H - k + 1)/(n - k))
    (Tomczak and Tomczak, Trends in Sport Sciences 21, 2014).
    """
    k, n = len(counts), int(counts.sum())
    h = float(h_statistic((counts @ double_midranks(counts.sum(axis=0))), counts.sum(axis=1)))
    share = tie_share(counts.sum(axis=0))
    if share <= 0:
        return KruskalWallis(h_stat=None, p_value=None, eta_squared=None, n_groups=k, n_total=n)
    from scipy.special import chdtrc  # the web process starts without it

    h = max(h / share, 0.0)
    return KruskalWallis(
        h_stat=h,
        p_value=float(chdtrc(k - 1, h)),
        eta_squared=max(0.0, (h - k + 1) / (n - k)) if n > k else None,
        n_groups=k,
        n_total=n,
    )


def double_midranks(totals: Counts) -> Counts:
    """Return twice the midrank of each level from the counts (levels,) of all: whole numbers."""
    return 2 * (np.cumsum(totals) - totals) + totals + 1


def h_statistic(double_ranks: Sums, sizes: Sums) -> NDArray[np.float64]:
    """Return H before the correction for ties: 12/(N(N+1))·ΣR²/n - 3(N+1), over the last axis.

    ``double_ranks`` (..., groups) are twice the rank sums, ``sizes`` the numbers of values.
    """
    n = sizes.sum(axis=-1).astype(np.float64)
    sums = double_ranks.astype(np.float64) / 2
    return np.asarray(12 / (n * (n + 1)) * (sums**2 / sizes).sum(axis=-1) - 3 * (n + 1))


def tie_share(totals: Counts) -> float:
    """Return 1 - Σ(t³ - t)/(N³ - N), by which H is divided; 0 where all values are the same."""
    n = int(totals.sum())
    return 1 - sum(t**3 - t for t in totals.tolist()) / (n**3 - n) if n > 1 else 0.0
