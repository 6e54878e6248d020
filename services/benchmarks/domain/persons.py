"""Ratings added up per person, the unit of every test: whole numbers, so that ties stay ties.

All ratings of an item (a trait of a person: both orders, repeats) are averaged first and count
once, so that a person who is asked twice says no more than one who is asked once.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.benchmarks.domain.ratings import Grouping, Ints, Ratings

MAX_SCALE = 100_000  # sums of a million items stay far below 2**63


@dataclass(frozen=True, kw_only=True)
class ItemSums:
    """How many ratings each item has and their sum: both (P, T)."""

    counts: Ints
    sums: Ints

    @property
    def means(self) -> NDArray[np.float64]:
        """Return the mean of each item (P, T), NaN of one without a rating."""
        empty = np.full(self.counts.shape, np.nan)
        return np.asarray(np.divide(self.sums, self.counts, out=empty, where=self.counts > 0))


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

    def mean_of(self, members: NDArray[np.bool_]) -> float:
        """Return the mean over the items of some persons, who have one at least."""
        return int(self.sums[members].sum()) / (int(self.sizes[members].sum()) * self.scale)


def item_sums(ratings: Ratings, values: Ints | None = None) -> ItemSums:
    """Return the sums of ``values`` (n,), the aligned ratings by default, by person and trait."""
    shape = len(ratings.personas), len(ratings.traits)
    places = ratings.person * shape[1] + ratings.trait
    some = ratings.aligned if values is None else values
    counts = np.bincount(places, minlength=shape[0] * shape[1])
    sums = np.bincount(places, some, minlength=len(counts)).round().astype(np.int64)
    return ItemSums(counts=counts.reshape(shape), sums=sums.reshape(shape))


def person_totals(items: ItemSums) -> PersonTotals:
    """Return the totals of each person; exact unless items have very different numbers of ratings.

    The scale is the least common multiple of those numbers; above MAX_SCALE means are rounded.
    """
    scale = 1
    for number in np.unique(items.counts[items.counts > 0]).tolist():
        scale = min(math.lcm(scale, number), MAX_SCALE)
    scaled = np.rint(np.nan_to_num(items.means) * scale).astype(np.int64)
    sizes = (items.counts > 0).sum(axis=1)
    return PersonTotals(sizes=sizes, sums=scaled.sum(axis=1), scale=scale)


def members(grouping: Grouping, code: int, totals: PersonTotals) -> NDArray[np.bool_]:
    """Return which persons (P,) are of a group and have an item."""
    return np.asarray((grouping.codes == code) & (totals.sizes > 0))
