"""Ratings added up per person, the unit of every test: whole numbers, so that ties stay ties.

All ratings of an item (a trait of a person: both orders, repeats) are averaged first and count
once, so that a person who is asked twice says no more than one who is asked once.
"""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from services.benchmarks.domain.ratings import Grouping, Ints, ItemSums, Ratings
from services.statistics.permutation import alike

MAX_SCALE = 100_000  # sums of a million items stay far below 2**63


@dataclass(frozen=True, kw_only=True)
class PersonTotals:
    """Items of each person, ``sizes`` (P,), and the sum of their means times ``scale`` (P,)."""

    sizes: Ints
    sums: Ints
    scale: int

    @property
    def means(self) -> NDArray[np.float64]:
        """Return the mean of each person (P,), NaN of one without an item."""
        empty = np.full(len(self.sizes), np.nan)
        sums = self.sums / self.scale
        return np.asarray(np.divide(sums, self.sizes, out=empty, where=self.sizes > 0))

    @cached_property
    def alike(self) -> tuple[Ints, Ints]:
        """Return the kinds of persons with an item (v, 2), and of which kind each of them is."""
        return alike(np.column_stack([self.sizes, self.sums])[self.sizes > 0])

    def units(self, grouping: Grouping) -> tuple[Ints, Ints]:
        """Return sizes and sums of the units that have an item (u, 2), and their codes (u,)."""
        columns, codes = grouping.units(np.column_stack([self.sizes, self.sums]))
        some = columns[:, 0] > 0
        return columns[some], codes[some]

    def mean_of(self, members: NDArray[np.bool_]) -> float:
        """Return the mean over the items of some persons, who have one at least."""
        return int(self.sums[members].sum()) / (int(self.sizes[members].sum()) * self.scale)


@dataclass(frozen=True, kw_only=True)
class GroupTotals:
    """Persons with an item of each group, ``persons`` (g,), and the mean over their items (g,)."""

    persons: Ints
    means: NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class PersonCounts:
    """Aligned ratings added up: those of each item, and the ``levels`` of each person (P, 5)."""

    items: ItemSums
    levels: Ints

    @cached_property
    def totals(self) -> PersonTotals:
        """Return the items of each person and their sums."""
        return person_totals(self.items)

    def plus(self, other: "PersonCounts") -> "PersonCounts":
        """Return the counts of these ratings and of others of the same persons and traits."""
        return self._and(other, 1)

    def minus(self, other: "PersonCounts") -> "PersonCounts":
        """Return the counts of these ratings without ``other`` ones, which are some of them."""
        return self._and(other, -1)

    def _and(self, other: "PersonCounts", times: int) -> "PersonCounts":
        items = ItemSums(
            counts=self.items.counts + times * other.items.counts,
            sums=self.items.sums + times * other.items.sums,
        )
        return PersonCounts(items=items, levels=self.levels + times * other.levels)


def counts_of(ratings: Ratings, trait_category: str | None = None) -> PersonCounts:
    """Return the counts over the traits of a category, all for None or "all".

    Raises UnknownChoiceError where no trait has the category.
    """
    if trait_category in (None, "all"):
        return PersonCounts(items=ratings.items, levels=ratings.levels)
    code = ratings.categories.code(str(trait_category), "trait_category")
    items, traits = ratings.items, ratings.categories.codes == code
    return PersonCounts(
        items=ItemSums(counts=items.counts[:, traits], sums=items.sums[:, traits]),
        levels=ratings.levels_by_category[code],
    )


def totals_of(ratings: Ratings) -> PersonTotals:
    """Return the totals of each person over the aligned ratings."""
    return person_totals(ratings.items)


def person_totals(items: ItemSums) -> PersonTotals:
    """Return the totals of each person; exact unless items have very different numbers of ratings.

    The scale is the least common multiple of those numbers; above MAX_SCALE means are rounded.
    """
    scale = 1
    for number in np.flatnonzero(np.bincount(items.counts.reshape(-1))).tolist():
        scale = min(math.lcm(scale, max(number, 1)), MAX_SCALE)
    scaled = np.rint(np.nan_to_num(items.means) * scale).astype(np.int64)
    sizes = (items.counts > 0).sum(axis=1)
    return PersonTotals(sizes=sizes, sums=scaled.sum(axis=1), scale=scale)


def group_totals(totals: PersonTotals, grouping: Grouping) -> GroupTotals:
    """Return the totals of each group; NaN is the mean of one without an item."""
    groups = len(grouping.names)
    persons, sizes, sums = (
        np.bincount(grouping.codes, column, groups).round().astype(np.int64)
        for column in (totals.sizes > 0, totals.sizes, totals.sums)
    )
    empty = np.full(groups, np.nan)
    means = np.divide(sums, sizes * totals.scale, out=empty, where=sizes > 0)
    return GroupTotals(persons=persons, means=np.asarray(means))
