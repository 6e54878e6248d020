"""A group against the baseline trait by trait, and all traits together (contract section 4.5).

On aligned ratings, both orders of an item averaged; ``view="pre_valence"`` gives the contract's
own table, on single ratings, where positive and negative traits cancel. The diamond is the mean
over the traits with a bootstrap of persons (decision 9); the fixed effect beside it takes traits
as independent although they share persons.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from services.benchmarks.domain.deltas import choose_baseline
from services.benchmarks.domain.metrics import Z, counts_by_group, filter_by_trait_category
from services.benchmarks.domain.ratings import LEVELS, Grouping, Ints, Ratings
from services.benchmarks.domain.resampling import Family, Resampling
from services.benchmarks.domain.trait_units import TraitTest, TraitUnits
from services.seeding import generator
from services.statistics.bootstrap import (
    Bootstrapped,
    percentiles,
    resampled_sums,
    small_sample_factor,
)
from services.statistics.interval import NOISE
from services.statistics.multiplicity import ALPHA, benjamini_hochberg
from services.statistics.ordinal import compared_ranks, moments_of_counts
from services.statistics.pooling import PooledEffect, pooled_effect

Floats = NDArray[np.float64]
ForestView = Literal["aligned", "pre_valence"]


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


def compute_forest(
    ratings: Ratings,
    attribute: str,
    *,
    baseline: str | None = None,
    targets: Sequence[str] | None = None,
    min_n: int = 1,
    trait_category: str | None = None,
    view: ForestView = "aligned",
    alpha: float = ALPHA,
    resampling: Resampling | None = None,
) -> Forest:
    """Return each target's traits that have ``min_n`` values on both sides; all groups by default.

    Raises UnknownChoiceError of an attribute, baseline, target or category.
    """
    some = filter_by_trait_category(ratings, trait_category)
    grouping = ratings.grouping(attribute)
    counts = counts_by_group(some, grouping).sum(axis=1)
    base = choose_baseline(grouping, counts, baseline)
    if targets is None:
        codes = [code for code in np.flatnonzero(counts).tolist() if code != base]
    else:
        codes = [grouping.code(name, "target") for name in targets]
    groups: list[ForestOfGroup] = []
    if base is not None:
        observed = _observed(some, grouping, view)
        compared = _TraitForest(some, observed, grouping, base, resampling or Resampling())
        groups = [compared.group(code, min_n) for code in codes]
    return Forest(
        attribute=attribute,
        baseline=None if base is None else grouping.names[base],
        n=len(some),
        family=Family(
            name=f"traits × groups of {attribute}", size=sum(len(g.rows) for g in groups)
        ),
        groups=tuple(_with_q(groups, alpha)),
    )


@dataclass(frozen=True)
class _Observed:
    """Values of items, or single ratings: what they are, whose, and how often.

    ``levels`` (L,) are the different values in rising order; ``counts`` (groups, L) of each trait
    are how often each group has them; ``sums`` (P, 2·T) are the sums of each person by trait, then
    the numbers. ``twins`` are the units where persons have twins, None where nobody has one.
    """

    levels: Floats
    counts: Sequence[Ints]
    sums: Floats
    twins: TraitUnits | None = None


def _observed(ratings: Ratings, grouping: Grouping, view: ForestView) -> _Observed:
    if view == "pre_valence":
        items = ratings.items_of(ratings.pre_valence)
        levels = np.arange(1, LEVELS + 1, dtype=np.float64)
        shape = len(ratings.traits), len(grouping.names), LEVELS
        places = ratings.trait * shape[1] + grouping.codes[ratings.person]
        counts = np.bincount(places * LEVELS + ratings.pre_valence - 1, minlength=math.prod(shape))
        sums = np.hstack([items.sums, items.counts])
        return _Observed(levels, list(counts.reshape(shape)), sums.astype(np.float64))
    levels, codes = ratings.items.levels
    of_traits = [_counts(grouping, column, len(levels)) for column in codes.T]
    persons = ratings.items.by_person
    twins = None if grouping.clusters is None else TraitUnits.of(persons, grouping)
    return _Observed(levels, of_traits, persons, twins)


def _counts(grouping: Grouping, codes: Ints, levels: int) -> Ints:
    """Return how often each group has each level (groups, L); ``codes`` (P,) are -1 of none."""
    rated = codes >= 0
    places = grouping.codes[rated] * levels + codes[rated]
    counts = np.bincount(places, minlength=len(grouping.names) * levels)
    return counts.reshape(len(grouping.names), levels)


@dataclass(frozen=True)
class _TraitForest:
    """The groups of an attribute against the one with the code ``base``, trait by trait."""

    ratings: Ratings
    values: _Observed
    grouping: Grouping
    base: int
    resampling: Resampling
    bases: dict[tuple[int, ...], tuple[Floats, Floats]] = field(default_factory=dict)

    def group(self, code: int, min_n: int) -> ForestOfGroup:
        """Return the forest of a group against the baseline."""
        category, baseline = (self.grouping.names[one] for one in (code, self.base))
        of_traits = self._rows[code]
        traits = [trait for trait, row in enumerate(of_traits) if _is_large(row, min_n)]
        rows = [of_traits[trait] for trait in traits]
        rows.sort(key=lambda row: (row.delta, row.label))
        draw = generator(self.resampling.seed, "forest", category)
        ours = self._of_group(code, traits)
        drawn = resampled_sums(ours, draw, self.resampling.draws)
        theirs, drawn_base = self._base(traits)
        return ForestOfGroup(
            category=category,
            baseline=baseline,
            rows=tuple(rows),
            diamond=_diamond([ours, theirs], [drawn, drawn_base], draw) if rows else None,
            pooled=pooled_effect([row.delta for row in rows], [row.se for row in rows]),
        )

    def _base(self, traits: list[int]) -> tuple[Floats, Floats]:
        """Return the baseline and its resampled sums, the same for all groups with its traits."""
        key = tuple(traits)
        if key not in self.bases:
            draw = generator(self.resampling.seed, "forest_base", self.grouping.names[self.base])
            side = self._of_group(self.base, traits)
            self.bases[key] = side, resampled_sums(side, draw, self.resampling.draws)
        return self.bases[key]

    @cached_property
    def _rows(self) -> list[list[ForestRow]]:
        """Return the rows (groups, traits) of all groups, also of those without a value."""
        of_traits = [self._of_trait(*one) for one in enumerate(self.values.counts)]
        return [list(rows) for rows in zip(*of_traits, strict=True)]

    def _of_trait(self, trait: int, counts: Ints) -> list[ForestRow]:
        n, mean, variance = moments_of_counts(counts, self.values.levels)
        ranks = compared_ranks(counts[self.base], counts)
        test = TraitTest(n, variance / n, [one.p_value for one in ranks])
        if self.values.twins is not None:
            test = self.values.twins.test_of(trait, self.base)
        columns = (
            n.tolist(),
            (mean - mean[self.base]).tolist(),
            np.sqrt(test.squares + test.squares[self.base]).tolist(),
            (np.minimum(test.numbers, test.numbers[self.base]) > 1).tolist(),
            test.p_values,
            [one.second_minus_first for one in ranks],
        )
        return [
            self._row(trait, code, int(n[self.base]), *one)
            for code, one in enumerate(zip(*columns, strict=True))
        ]

    def _row(
        self,
        trait: int,
        code: int,
        n_base: int,
        n_cat: int,
        delta: float,
        se: float,
        has_error: bool,  # noqa: FBT001
        p_value: float,
        cliffs_delta: float,
    ) -> ForestRow:
        ratings = self.ratings
        return ForestRow(
            case_id=ratings.traits[trait],
            label=ratings.labels[trait],
            valence=int(ratings.valence[trait]),
            trait_category=ratings.categories.names[ratings.categories.codes[trait]],
            category=self.grouping.names[code],
            baseline=self.grouping.names[self.base],
            n_base=n_base,
            n_cat=n_cat,
            delta=delta,
            se=se if has_error else None,
            ci_low=delta - Z * se if has_error else None,
            ci_high=delta + Z * se if has_error else None,
            p_value=p_value if has_error else None,
            cliffs_delta=cliffs_delta if has_error else None,
        )

    def _of_group(self, code: int, traits: list[int]) -> Floats:
        """Return sums and numbers of some traits of the group's persons who have one."""
        units, codes = self.grouping.units(self.values.sums)
        half, chosen = len(self.ratings.traits), units[codes == code]
        if len(traits) < half:
            chosen = chosen[:, [*traits, *(half + trait for trait in traits)]]
        return np.asarray(chosen[chosen[:, len(traits) :].any(axis=1)])


def _is_large(row: ForestRow, min_n: int) -> bool:
    """Return whether both sides of a trait have ``min_n`` values, and one at least."""
    return min(row.n_cat, row.n_base) >= max(min_n, 1)


def _diamond(
    sides: Sequence[Floats], resampled: Sequence[Floats], draw: np.random.Generator
) -> Diamond:
    """Return the mean over the traits and both intervals, persons drawn in each group.

    ``sides`` are the sums by trait, then the numbers of the persons of the group and of the
    baseline, both (persons, 2·traits), ``resampled`` the same of their draws, added up.
    """
    seen = [_trait_means(side.sum(axis=0, keepdims=True)) for side in sides]
    drawn = [_trait_means(sums) for sums in resampled]
    deltas = drawn[0] - drawn[1]
    traits = deltas.shape[1]
    chosen = draw.integers(0, traits, deltas.shape)
    both = _mean_of_known(np.take_along_axis(deltas, chosen, axis=1))
    mean, of_persons = float((seen[0] - seen[1]).mean()), _mean_of_known(deltas)
    parts = [
        (float(np.nanvar(_mean_of_known(one))), len(side))
        for one, side in zip(drawn, sides, strict=True)
    ]
    rest = max(0.0, float(np.nanvar(both) - np.nanvar(of_persons)))
    ends = _ends(of_persons, mean, parts)
    ends_of_both = _ends(both, mean, [*parts, (rest, traits)]) if ends else None
    return Diamond(
        mean=mean,
        n_traits=traits,
        ci_low=ends.low if ends else None,
        ci_high=ends.high if ends else None,
        traits_ci_low=ends_of_both.low if ends_of_both else None,
        traits_ci_high=ends_of_both.high if ends_of_both else None,
    )


def _ends(values: Floats, mean: float, parts: Sequence[tuple[float, int]]) -> Bootstrapped | None:
    """Return the interval of resampled means, as wide as so few persons and traits demand.

    ``parts`` are the variance that each sample brings, and its size. None of a sample of one, and
    where all draws are the same.
    """
    if min(n for _, n in parts) < 2 or np.ptp(values[np.isfinite(values)]) <= NOISE:
        return None
    wider = small_sample_factor(parts)
    return percentiles(np.clip(mean + wider * (values - mean), 1 - LEVELS, LEVELS - 1))


def _trait_means(sums: Floats) -> Floats:
    """Return sum / number of each trait (draws, traits), NaN where a draw has none of it."""
    half = sums.shape[1] // 2
    numbers = sums[:, half:]
    empty = np.full(numbers.shape, np.nan)
    return np.asarray(np.divide(sums[:, :half], numbers, out=empty, where=numbers > 0))


def _mean_of_known(deltas: Floats) -> Floats:
    """Return the mean over the traits that a draw has (draws,), NaN of none."""
    known = ~np.isnan(deltas)
    numbers = known.sum(axis=1)
    sums = np.where(known, deltas, 0.0).sum(axis=1)
    empty = np.full(len(sums), np.nan)
    return np.asarray(np.divide(sums, numbers, out=empty, where=numbers > 0))


def _with_q(groups: Sequence[ForestOfGroup], alpha: float) -> list[ForestOfGroup]:
    q_values = iter(benjamini_hochberg([row.p_value for one in groups for row in one.rows]))
    adjusted = []
    for group in groups:
        rows = tuple(_adjusted(row, next(q_values), alpha) for row in group.rows)
        adjusted.append(replace(group, rows=rows))
    return adjusted


def _adjusted(row: ForestRow, q: float, alpha: float) -> ForestRow:
    return replace(
        row,
        q_value=q,
        significant=q < alpha,
        significant_uncorrected=row.p_value is not None and row.p_value < alpha,
    )
