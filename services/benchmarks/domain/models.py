"""Two models on the items that both were asked (decision 15): paired, persons as units, Holm.

Whether a model is more biased than another is the difference of their deltas on shared items; two
intervals that overlap do not answer it.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from services.benchmarks.domain.deltas import delta_interval
from services.benchmarks.domain.order_pairs import order_pairs
from services.benchmarks.domain.outcomes import ACCEPTED, Outcomes
from services.benchmarks.domain.ratings import Ints, Mask, Ratings
from services.benchmarks.domain.resampling import Resampling
from services.seeding import generator
from services.statistics.bootstrap import percentiles, resampled_kinds
from services.statistics.clusters import cluster_error
from services.statistics.contingency import PairedOutcomes, mcnemar
from services.statistics.multiplicity import ALPHA, holm
from services.statistics.permutation import (
    alike,
    two_sample_p,
    units_of,
)
from services.statistics.power import detectable_difference
from services.statistics.sign_flip import sign_flip_p


@dataclass(frozen=True, kw_only=True)
class OutcomePair:
    """Two models on a yes/no outcome of shared items; ``holm`` adjusts the exact p."""

    a: str
    b: str
    outcome: str
    n_items: int
    test: PairedOutcomes
    holm: float | None = None
    significant: bool = False


@dataclass(frozen=True, kw_only=True)
class RatingPair:
    """Mean aligned rating, a minus b, on items that both answered; interval over persons.

    ``detectable`` is the smallest difference that this design shows, at the level that Holm
    starts with; None of one person.
    """

    a: str
    b: str
    n_items: int
    n_personas: int
    mean: float | None
    ci_low: float | None
    ci_high: float | None
    p_signflip_personas: float | None
    detectable: float | None
    holm: float | None = None
    significant: bool = False


@dataclass(frozen=True, kw_only=True)
class BiasPair:
    """Delta of a minus delta of b on shared items: above 0, a rates ``category`` higher than b."""

    a: str
    b: str
    attribute: str
    category: str
    baseline: str
    n_items: int
    n_personas: int
    delta_a: float | None = None
    delta_b: float | None = None
    difference_of_deltas: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    p_value: float | None = None
    detectable: float | None = None
    holm: float | None = None
    significant: bool = False


def compare_accepted(outcomes: Mapping[str, Outcomes], alpha: float = ALPHA) -> list[OutcomePair]:
    """Return each two models on whether an item of both was answered with a rating.

    The runs must have the same persons and traits in the same order.
    """
    sides = {name: (one.keys, one.is_of(ACCEPTED)) for name, one in outcomes.items()}
    return _compared_outcomes(sides, "accepted", alpha)


def compare_order_consistent(
    runs: Mapping[str, Ratings], alpha: float = ALPHA
) -> list[OutcomePair]:
    """Return each two models on whether both orders of an item had the same answer."""
    sides = {}
    for name, run in runs.items():
        pairs = order_pairs(run)
        keys = run.person[pairs.rows_in] * len(run.traits) + run.trait[pairs.rows_in]
        sides[name] = (keys, pairs.diff == 0)
    return _compared_outcomes(sides, "order_consistent", alpha)


def _compared_outcomes(
    sides: Mapping[str, tuple[Ints, Mask]], outcome: str, alpha: float
) -> list[OutcomePair]:
    rows = []
    for a, b in combinations(sides, 2):
        _, of_a, of_b = np.intersect1d(sides[a][0], sides[b][0], return_indices=True)
        test = mcnemar(sides[a][1][of_a], sides[b][1][of_b])
        rows.append(OutcomePair(a=a, b=b, outcome=outcome, n_items=len(of_a), test=test))
    adjusted = holm([row.test.p_exact if row.n_items else None for row in rows])
    return [
        replace(row, holm=p, significant=p is not None and p < alpha)
        for row, p in zip(rows, adjusted, strict=True)
    ]


@dataclass(frozen=True)
class _Shared:
    """Items that both models answered: person and both aligned ratings, all (n,)."""

    person: Ints
    first: Ints
    second: Ints

    @property
    def change(self) -> Ints:
        return self.first - self.second

    def where(self, rows: NDArray[np.bool_]) -> "_Shared":
        return _Shared(self.person[rows], self.first[rows], self.second[rows])

    @property
    def by_person(self) -> Ints:
        """Return items, change, first and second of each person who has any (persons, 4)."""
        sizes = np.bincount(self.person)
        sums = [
            np.bincount(self.person, values).round().astype(np.int64)
            for values in (self.change, self.first, self.second)
        ]
        return np.column_stack([sizes, *sums])[sizes > 0]


def _shared(one: Ratings, other: Ratings) -> _Shared:
    """Return the items of both in the same order, wording, cue and repeat."""
    keys = [_keys(run) for run in (one, other)]
    _, of_one, of_other = np.intersect1d(keys[0], keys[1], return_indices=True)
    return _Shared(one.person[of_one], one.aligned[of_one], other.aligned[of_other])


def _keys(run: Ratings) -> Ints:
    keys = (run.person * len(run.traits) + run.trait) * 2 + run.is_reversed
    for column in run.factors.values():
        keys = keys * 1_000 + column % 1_000  # the same number in every run, unlike a code
    return keys


def compare_ratings(
    runs: Mapping[str, Ratings], *, alpha: float = ALPHA, resampling: Resampling | None = None
) -> list[RatingPair]:
    """Return each two models on the mean of the ratings of shared items.

    The runs must have the same persons and traits in the same order.
    """
    options = resampling or Resampling()
    pairs = list(combinations(runs, 2))
    level = alpha / max(len(pairs), 1)
    rows = [_rating_pair(a, b, _shared(runs[a], runs[b]), level, options) for a, b in pairs]
    adjusted = holm([row.p_signflip_personas for row in rows])
    return [
        replace(row, holm=p, significant=p is not None and p < alpha)
        for row, p in zip(rows, adjusted, strict=True)
    ]


def _rating_pair(a: str, b: str, shared: _Shared, level: float, options: Resampling) -> RatingPair:
    units = shared.by_person[:, :2]
    draw = generator(options.seed, "models", a, b)
    test = sign_flip_p(units[:, 1], draw, options.permutations)
    ends = detectable = None
    if len(units) > 1:
        kinds, codes = alike(units)
        sums = resampled_kinds(kinds, np.bincount(codes), draw, options.draws)
        ends = percentiles(sums[:, 1] / sums[:, 0])
        error = cluster_error(*units.T)
        detectable = detectable_difference(error, len(units) - 1, level)
    return RatingPair(
        a=a,
        b=b,
        n_items=len(shared.person),
        n_personas=len(units),
        mean=float(shared.change.mean()) if len(units) else None,
        ci_low=ends.low if ends else None,
        ci_high=ends.high if ends else None,
        p_signflip_personas=test.p_value if test else None,
        detectable=detectable,
    )


def compare_bias(
    runs: Mapping[str, Ratings],
    attribute: str,
    *,
    category: str,
    baseline: str,
    alpha: float = ALPHA,
    resampling: Resampling | None = None,
) -> list[BiasPair]:
    """Return each two models on how far their deltas of two groups differ on shared items.

    Raises UnknownChoiceError of an attribute or group that the first run does not have.
    """
    options = resampling or Resampling()
    pairs = list(combinations(runs, 2))
    level = alpha / max(len(pairs), 1)
    rows = []
    for a, b in pairs:
        grouping = runs[a].grouping(attribute)
        codes = grouping.code(category, "category"), grouping.code(baseline, "baseline")
        shared = _shared(runs[a], runs[b])
        of_group = grouping.codes[shared.person]
        sides = [shared.where(of_group == code).by_person for code in codes]
        row = BiasPair(
            a=a,
            b=b,
            attribute=attribute,
            category=category,
            baseline=baseline,
            n_items=sum(int(side[:, 0].sum()) for side in sides),
            n_personas=sum(len(side) for side in sides),
        )
        rows.append(_bias(row, sides, level, options))
    adjusted = holm([row.p_value for row in rows])
    return [
        replace(row, holm=p, significant=p is not None and p < alpha)
        for row, p in zip(rows, adjusted, strict=True)
    ]


def _bias(row: BiasPair, sides: Sequence[Ints], level: float, options: Resampling) -> BiasPair:
    """Return the row with the test of the persons of both groups, where each has one."""
    if not all(len(side) for side in sides):
        return row
    change, delta_a, delta_b = (_difference(sides, column) for column in (1, 2, 3))
    both = np.vstack(sides)
    units = units_of(both[:, 0], both[:, 1], np.arange(len(both)) < len(sides[0]))
    draw = generator(options.seed, "bias", row.a, row.b, row.attribute, row.category)
    test = two_sample_p(units, draw, options.permutations)
    ends = delta_interval(units, 1, draw, options.draws)
    detectable = None
    if min(len(side) for side in sides) > 1:
        error = math.hypot(*(cluster_error(*side[:, :2].T) for side in sides))
        detectable = detectable_difference(error, len(both) - 2, level)
    return replace(
        row,
        delta_a=delta_a,
        delta_b=delta_b,
        difference_of_deltas=change,
        ci_low=ends.low if ends else None,
        ci_high=ends.high if ends else None,
        p_value=test.p_value if test else None,
        detectable=detectable,
    )


def _difference(sides: Sequence[Ints], column: int) -> float:
    means = [side[:, column].sum() / side[:, 0].sum() for side in sides]
    return float(means[0] - means[1])
