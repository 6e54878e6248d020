"""Items that were rated in both orders of the scale, and group differences on them."""

from dataclasses import dataclass

import numpy as np

from services.benchmarks.domain.cells import SPARSE
from services.benchmarks.domain.deltas import delta_interval, units_of_groups
from services.benchmarks.domain.persons import totals_of
from services.benchmarks.domain.ratings import LEVELS, Ints, Ratings
from services.benchmarks.domain.resampling import Resampling
from services.seeding import generator
from services.statistics.permutation import two_sample_p


@dataclass(frozen=True, kw_only=True)
class OrderFreeDelta:
    """Category minus baseline on items rated in both orders, averaged: free of order effects."""

    category: str
    baseline: str
    delta: float
    n_pairs: int
    p_value: float | None
    ci_low: float | None
    ci_high: float | None


@dataclass(frozen=True, kw_only=True)
class OrderPairs:
    """Items in both orders: rows of the ratings, and the raw rating in either order; all (n,)."""

    rows_in: Ints
    rows_rev: Ints
    first: Ints
    second: Ints

    @property
    def undone(self) -> Ints:
        """Return r' = 6 - rev."""
        return LEVELS + 1 - self.second

    @property
    def diff(self) -> Ints:
        """Return in - r'."""
        return self.first - self.undone


def order_pairs(ratings: Ratings) -> OrderPairs:
    """Return the pairs of one person, trait, wording, cue and repeat in both orders."""
    keys = ratings.person * len(ratings.traits) + ratings.trait
    for column in ratings.factors.values():
        if not len(column) or not np.ptp(column):
            continue
        _, codes = np.unique(column, return_inverse=True)
        keys = keys * (int(codes.max(initial=0)) + 1) + codes.reshape(-1)
    rows = [np.flatnonzero(ratings.is_reversed == side) for side in (False, True)]
    places_in, places_rev = _shared(*(keys[side] for side in rows))
    rows_in, rows_rev = rows[0][places_in], rows[1][places_rev]
    return OrderPairs(
        rows_in=rows_in,
        rows_rev=rows_rev,
        first=ratings.raw[rows_in],
        second=ratings.raw[rows_rev],
    )


def _shared(first: Ints, second: Ints) -> tuple[Ints, Ints]:
    """Return where the numbers stand that both have, in rising order: the first place of each."""
    size = max(int(one.max(initial=-1)) for one in (first, second)) + 1
    if size > SPARSE * max(len(first) + len(second), 1):
        return np.intersect1d(first, second, return_indices=True)[1:]
    places = np.full((2, size), -1)
    for side, numbers in enumerate((first, second)):
        places[side, numbers[::-1]] = np.arange(len(numbers))[::-1]
    both = places[:, (places >= 0).all(axis=0)]
    return both[0], both[1]


def compute_order_free_delta(
    ratings: Ratings,
    attribute: str,
    category: str,
    baseline: str,
    resampling: Resampling | None = None,
) -> OrderFreeDelta | None:
    """Return the delta over items that were rated in both orders; None where a group has none.

    The order effect adds as much to one order as it takes from the other, so it is gone from the
    mean of both. Raises UnknownChoiceError.
    """
    pairs, options = order_pairs(ratings), resampling or Resampling()
    rows = np.zeros(len(ratings), dtype=bool)
    rows[pairs.rows_in] = rows[pairs.rows_rev] = True
    totals = totals_of(ratings.where(rows))
    grouping = ratings.grouping(attribute)
    code, base = grouping.code(category, "category"), grouping.code(baseline, "baseline")
    units = units_of_groups(totals, grouping, code, base)
    if not (units.first.any() and units.second.any()):
        return None
    draw = generator(options.seed, "order_free", attribute, category)
    tested = two_sample_p(units, draw, options.permutations)
    ends = delta_interval(units, totals.scale)
    (size, total), (base_size, base_total) = units.first @ units.kinds, units.second @ units.kinds
    return OrderFreeDelta(
        category=category,
        baseline=baseline,
        delta=float(total / size - base_total / base_size) / totals.scale,
        n_pairs=len(pairs.diff),
        p_value=tested.p_value if tested else None,
        ci_low=ends.low if ends else None,
        ci_high=ends.high if ends else None,
    )
