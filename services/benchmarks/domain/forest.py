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
from services.benchmarks.domain.forest_diamond import diamond_of
from services.benchmarks.domain.forest_rows import Forest, ForestOfGroup, ForestRow
from services.benchmarks.domain.metrics import Z, counts_by_group, filter_by_trait_category
from services.benchmarks.domain.ratings import LEVELS, Grouping, Ints, Ratings
from services.benchmarks.domain.resampling import Family, Resampling
from services.benchmarks.domain.trait_units import TraitTest, TraitUnits
from services.seeding import generator
from services.statistics.bootstrap import (
    resampled_sums,
)
from services.statistics.multiplicity import ALPHA, benjamini_hochberg
from services.statistics.ordinal import compared_ranks, moments_of_counts
from services.statistics.pooling import pooled_effect

Floats = NDArray[np.float64]
ForestView = Literal["aligned", "pre_valence"]


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
            diamond=diamond_of([ours, theirs], [drawn, drawn_base], draw) if rows else None,
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
