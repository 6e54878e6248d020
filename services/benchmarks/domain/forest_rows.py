"""What a forest is made of: traits of a group against the baseline, and the diamond of all."""

from dataclasses import dataclass

from services.benchmarks.domain.resampling import Family
from services.statistics.pooling import PooledEffect


@dataclass(frozen=True, kw_only=True)
class ForestRow:
    """One trait: category minus baseline, SE = √(s²/n + s²/n), ±1.96·SE.

    ``n_base`` and ``n_cat`` are persons (single ratings in the contract's view). ``p_value`` is
    Mann and Whitney's; None like ``cliffs_delta``, which is category minus baseline, where a side
    has one value only. Twins in one group are one unit of the SE and of the p value (ADR 46).
    """

    case_id: str
    label: str
    valence: int
    trait_category: str
    category: str
    baseline: str
    n_base: int
    n_cat: int
    delta: float
    se: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    p_value: float | None = None
    cliffs_delta: float | None = None
    q_value: float | None = None
    significant: bool = False
    significant_uncorrected: bool = False


@dataclass(frozen=True, kw_only=True)
class Diamond:
    """The mean delta over the traits; two intervals, for these traits and for traits like them."""

    mean: float
    n_traits: int
    ci_low: float | None
    ci_high: float | None
    traits_ci_low: float | None
    traits_ci_high: float | None


@dataclass(frozen=True, kw_only=True)
class ForestOfGroup:
    """The traits of a group by rising delta, the diamond, and the pooled effect beside it."""

    category: str
    baseline: str
    rows: tuple[ForestRow, ...]
    diamond: Diamond | None
    pooled: PooledEffect | None


@dataclass(frozen=True, kw_only=True)
class Forest:
    """The groups of an attribute against the baseline; q over all their traits."""

    attribute: str
    baseline: str | None
    n: int
    family: Family
    groups: tuple[ForestOfGroup, ...]
