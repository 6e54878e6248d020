"""A group against the baseline trait by trait, and all traits together (contract section 4.5).

On aligned ratings, both orders of an item averaged; ``view="pre_valence"`` gives the contract's
own table, on single ratings, where positive and negative traits cancel. The diamond is the mean
over the traits with a bootstrap of persons (decision 9); the fixed effect beside it takes traits
as independent although they share persons.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from services.benchmarks.domain.deltas import choose_baseline
from services.benchmarks.domain.metrics import Z, filter_by_trait_category
from services.benchmarks.domain.persons import item_sums
from services.benchmarks.domain.ratings import Grouping, Ints, Ratings
from services.benchmarks.domain.resampling import Family, Resampling
from services.seeding import generator
from services.statistics.bootstrap import percentiles, resampled_sums
from services.statistics.multiplicity import ALPHA, benjamini_hochberg
from services.statistics.ordinal import counted, mann_whitney
from services.statistics.pooling import PooledEffect, pooled_effect

Floats = NDArray[np.float64]
ForestView = Literal["aligned", "pre_valence"]


@dataclass(frozen=True, kw_only=True)
class ForestRow:
    """One trait: category minus baseline, SE = √(s²/n + s²/n), ±1.96·SE.

    ``n_base`` and ``n_cat`` are persons (single ratings in the contract's view). ``p_value`` is
    Mann and Whitney's; None like ``cliffs_delta``, which is category minus baseline, where a side
    has one value only.
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
    counts = np.bincount(grouping.codes[some.person], minlength=len(grouping.names))
    base = choose_baseline(grouping, counts, baseline)
    if targets is None:
        codes = [code for code in np.flatnonzero(counts).tolist() if code != base]
    else:
        codes = [grouping.code(name, "target") for name in targets]
    groups: list[ForestOfGroup] = []
    if base is not None:
        values = _observed(some, view)
        sums = values.sums(len(some.personas), len(some.traits))
        compared = _TraitForest(some, values, grouping, sums, resampling or Resampling())
        groups = [compared.group(code, base, min_n) for code in codes]
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
    """Values by trait, then person, all (n,): items, or single ratings."""

    person: Ints
    trait: Ints
    value: Floats

    def slices(self, traits: int) -> list[slice]:
        """Return where the values of each trait are."""
        ends = np.searchsorted(self.trait, np.arange(traits + 1))
        return [slice(int(a), int(b)) for a, b in pairwise(ends)]

    def sums(self, persons: int, traits: int) -> Floats:
        """Return for each person the sums by trait, then the numbers (persons, 2·traits)."""
        places = self.person * traits + self.trait
        columns = [
            np.bincount(places, weights, minlength=persons * traits).reshape(persons, traits)
            for weights in (self.value, np.ones(len(places)))
        ]
        return np.hstack(columns)


def _observed(ratings: Ratings, view: ForestView) -> _Observed:
    if view == "pre_valence":
        order = np.lexsort((ratings.person, ratings.trait))
        values = ratings.pre_valence[order].astype(np.float64)
        return _Observed(ratings.person[order], ratings.trait[order], values)
    means = item_sums(ratings).means.T
    trait, person = np.nonzero(~np.isnan(means))
    return _Observed(person, trait, means[trait, person])


@dataclass(frozen=True)
class _TraitForest:
    """Groups of ``values`` by trait; ``sums`` (P, 2·T) are theirs per person."""

    ratings: Ratings
    values: _Observed
    grouping: Grouping
    sums: Floats
    resampling: Resampling
    bases: dict[tuple[int, ...], Floats] = field(default_factory=dict)

    def group(self, code: int, base: int, min_n: int) -> ForestOfGroup:
        """Return the forest of a group against the baseline."""
        category, baseline = (self.grouping.names[one] for one in (code, base))
        rows = self._rows((code, base), min_n)
        draw = generator(self.resampling.seed, "forest", category)
        places = {name: place for place, name in enumerate(self.ratings.traits)}
        traits = sorted(places[row.case_id] for row in rows)
        sides = [self._of_group(one, traits) for one in (code, base)]
        draws = self.resampling.draws
        drawn = [resampled_sums(sides[0], draw, draws), self._drawn_base(base, sides[1], traits)]
        return ForestOfGroup(
            category=category,
            baseline=baseline,
            rows=tuple(rows),
            diamond=_diamond(sides, drawn, draw) if rows else None,
            pooled=pooled_effect([row.delta for row in rows], [row.se for row in rows]),
        )

    def _drawn_base(self, base: int, side: Floats, traits: list[int]) -> Floats:
        """Return the sums of the resampled baseline, the same for all groups with its traits."""
        key = tuple(traits)
        if key not in self.bases:
            baseline = self.grouping.names[base]
            draw = generator(self.resampling.seed, "forest_base", baseline)
            self.bases[key] = resampled_sums(side, draw, self.resampling.draws)
        return self.bases[key]

    def _rows(self, codes: tuple[int, int], min_n: int) -> list[ForestRow]:
        groups = self.grouping.codes[self.values.person]
        rows = []
        for trait, part in enumerate(self.values.slices(len(self.ratings.traits))):
            some = [self.values.value[part][groups[part] == code] for code in codes]
            if min(len(side) for side in some) >= max(min_n, 1):
                row = self._described(trait, codes, some[0], some[1])
                rows.append(_compared(row, some[0], some[1]))
        return sorted(rows, key=lambda row: (row.delta, row.label))

    def _described(
        self, trait: int, codes: tuple[int, int], ours: Floats, theirs: Floats
    ) -> ForestRow:
        ratings = self.ratings
        return ForestRow(
            case_id=ratings.traits[trait],
            label=ratings.labels[trait],
            valence=int(ratings.valence[trait]),
            trait_category=ratings.categories.names[ratings.categories.codes[trait]],
            category=self.grouping.names[codes[0]],
            baseline=self.grouping.names[codes[1]],
            n_base=len(theirs),
            n_cat=len(ours),
            delta=float(ours.mean() - theirs.mean()),
        )

    def _of_group(self, code: int, traits: list[int]) -> Floats:
        """Return sums and numbers of some traits of the group's persons who have one."""
        half = len(self.ratings.traits)
        members = self.sums[self.grouping.codes == code]
        chosen = members[:, [*traits, *(half + trait for trait in traits)]]
        return np.asarray(chosen[chosen[:, len(traits) :].any(axis=1)])


def _compared(row: ForestRow, ours: Floats, theirs: Floats) -> ForestRow:
    """Return the row with what needs two values on either side."""
    if min(len(ours), len(theirs)) < 2:
        return row
    se = math.sqrt(ours.var(ddof=1) / len(ours) + theirs.var(ddof=1) / len(theirs))
    ranks = mann_whitney(*counted(theirs, ours))
    return replace(
        row,
        se=se,
        ci_low=row.delta - Z * se,
        ci_high=row.delta + Z * se,
        p_value=ranks.p_value,
        cliffs_delta=ranks.second_minus_first,
    )


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
    is_known = min(len(side) for side in sides) > 1
    ends = percentiles(_mean_of_known(deltas)) if is_known else None
    ends_of_both = percentiles(both) if is_known and traits > 1 else None
    return Diamond(
        mean=float((seen[0] - seen[1]).mean()),
        n_traits=traits,
        ci_low=ends.low if ends else None,
        ci_high=ends.high if ends else None,
        traits_ci_low=ends_of_both.low if ends_of_both else None,
        traits_ci_high=ends_of_both.high if ends_of_both else None,
    )


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
