"""The contract's comparison of two groups, every rating independent (section 4.4).

It is kept for compatibility: its p values claim far too much, see ``deltas``.
"""

import math
from dataclasses import dataclass

import numpy as np

from services.benchmarks.domain.metrics import Z, moments
from services.benchmarks.domain.ratings import LEVELS, Ints
from services.statistics.ordinal import mann_whitney
from services.statistics.permutation import PermutationP, UnitGroups, two_sample_p


@dataclass(frozen=True, kw_only=True)
class NaiveDelta:
    """The contract's figures, which take the ratings of one person for independent ones.

    ``cliffs_delta`` is baseline minus category here, as in section 4.4.
    """

    mean: float
    delta: float
    n_base: int
    mean_base: float
    sd_base: float | None
    n_cat: int
    mean_cat: float
    sd_cat: float | None
    se_delta: float | None
    ci_low: float | None
    ci_high: float | None
    cliffs_delta: float
    probability_of_superiority: float
    mann_whitney_u1: float
    mann_whitney_p: float
    p_value: float | None


def naive_delta(
    base: Ints, category: Ints, draw: np.random.Generator, permutations: int
) -> NaiveDelta:
    """Return the contract's comparison of two groups of level counts (5,), neither empty."""
    n_base, mean_base, sd_base = moments(base)
    n_cat, mean_cat, sd_cat = moments(category)
    se = None
    if sd_base is not None and sd_cat is not None:
        se = math.sqrt(sd_base**2 / n_base + sd_cat**2 / n_cat)
    delta, ranks = mean_cat - mean_base, mann_whitney(base, category)
    tested = naive_p(category, base, draw, permutations)
    return NaiveDelta(
        mean=mean_cat,
        delta=delta,
        n_base=n_base,
        mean_base=mean_base,
        sd_base=sd_base,
        n_cat=n_cat,
        mean_cat=mean_cat,
        sd_cat=sd_cat,
        se_delta=se,
        ci_low=None if se is None else delta - Z * se,
        ci_high=None if se is None else delta + Z * se,
        cliffs_delta=ranks.delta,
        probability_of_superiority=ranks.superiority,
        mann_whitney_u1=ranks.u1,
        mann_whitney_p=ranks.p_value,
        p_value=tested.p_value if tested else None,
    )


def naive_p(
    first: Ints, second: Ints, draw: np.random.Generator, permutations: int
) -> PermutationP | None:
    """Return the permutation p of single ratings from level counts (5,)."""
    kinds = np.column_stack([np.ones(LEVELS, dtype=np.int64), np.arange(1, LEVELS + 1)])
    return two_sample_p(UnitGroups(kinds=kinds, first=first, second=second), draw, permutations)
