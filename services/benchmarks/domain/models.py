"""Two models on the items that both were asked (decision 15): paired, persons as units, Holm.

Whether a model is more biased than another is the difference of their deltas on shared items; two
intervals that overlap do not answer it.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from services.benchmarks.domain.ratings import Ints, Ratings, number_of
from services.benchmarks.domain.resampling import Resampling
from services.benchmarks.domain.shared_items import (
    SharedItems,
    change_interval,
    mean_interval,
    shared_items,
)
from services.seeding import generator
from services.statistics.clusters import cluster_error
from services.statistics.interval import NOISE
from services.statistics.multiplicity import ALPHA, holm
from services.statistics.permutation import (
    two_sample_p,
    units_of,
)
from services.statistics.power import detectable_difference, detectable_mean
from services.statistics.sign_flip import sign_flip_p


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
    """Delta of a minus delta of b on shared items: above 0, a rates ``category`` higher than b.

    ``n_personas_least`` are the persons of the smaller side.
    """

    a: str
    b: str
    attribute: str
    category: str
    baseline: str
    n_items: int
    n_personas: int
    n_personas_least: int
    delta_a: float | None = None
    delta_b: float | None = None
    difference_of_deltas: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    p_value: float | None = None
    detectable: float | None = None
    holm: float | None = None
    significant: bool = False


def compare_ratings(
    runs: Mapping[str, Ratings], *, alpha: float = ALPHA, resampling: Resampling | None = None
) -> list[RatingPair]:
    """Return each two models on the mean of the ratings of shared items.

    The runs must have the same persons and traits in the same order.
    """
    options = resampling or Resampling()
    pairs = list(combinations(runs, 2))
    level = alpha / max(len(pairs), 1)
    rows = [_rating_pair(a, b, shared_items(runs[a], runs[b]), level, options) for a, b in pairs]
    adjusted = holm([row.p_signflip_personas for row in rows])
    return [
        replace(row, holm=p, significant=p is not None and p < alpha)
        for row, p in zip(rows, adjusted, strict=True)
    ]


def _rating_pair(
    a: str, b: str, shared: SharedItems, level: float, options: Resampling
) -> RatingPair:
    units = shared.by_unit[:, :2]
    draw = generator(options.seed, "models", a, b)
    test = sign_flip_p(units[:, 1], draw, options.permutations)
    ends = mean_interval(units, draw, options.draws)
    return RatingPair(
        a=a,
        b=b,
        n_items=len(shared.person),
        n_personas=number_of(shared.person),
        mean=float(shared.change.mean()) if len(units) else None,
        ci_low=ends[0] if ends else None,
        ci_high=ends[1] if ends else None,
        p_signflip_personas=test.p_value if test else None,
        detectable=detectable_mean(units, level),
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
        shared = shared_items(runs[a], runs[b])
        of_group = grouping.codes[shared.person]
        sides = [shared.where(of_group == code) for code in codes]
        row = BiasPair(
            a=a,
            b=b,
            attribute=attribute,
            category=category,
            baseline=baseline,
            n_items=sum(len(side.person) for side in sides),
            n_personas=sum(number_of(side.person) for side in sides),
            n_personas_least=min(number_of(side.person) for side in sides),
        )
        rows.append(_bias(row, [side.by_unit for side in sides], level, options))
    adjusted = holm([row.p_value for row in rows])
    return [
        replace(row, holm=p, significant=p is not None and p < alpha)
        for row, p in zip(rows, adjusted, strict=True)
    ]


def _bias(row: BiasPair, sides: Sequence[Ints], level: float, options: Resampling) -> BiasPair:
    """Return the row with the test of the persons of both groups, where each has one."""
    if not all(len(side) for side in sides):
        return row
    change, delta_a, delta_b = (group_difference(sides, column) for column in (1, 2, 3))
    both = np.vstack(sides)
    units = units_of(both[:, 0], both[:, 1], np.arange(len(both)) < len(sides[0]))
    draw = generator(options.seed, "bias", row.a, row.b, row.attribute, row.category)
    test = two_sample_p(units, draw, options.permutations)
    ends = change_interval([side[:, :2] for side in sides], draw, options.draws)
    return replace(
        row,
        delta_a=delta_a,
        delta_b=delta_b,
        difference_of_deltas=change,
        ci_low=ends[0] if ends else None,
        ci_high=ends[1] if ends else None,
        p_value=test.p_value if test else None,
        detectable=detectable_bias(sides, level),
    )


def detectable_bias(sides: Sequence[Ints], level: float) -> float | None:
    """Return the smallest difference of deltas that a test at ``level`` shows.

    ``sides`` are items and change of each person of both groups (persons, 2 or more); None where
    a group has one person, or all persons are alike: nothing is known of how persons differ.
    """
    if min(len(side) for side in sides) < 2:
        return None
    error = math.hypot(*(cluster_error(*side[:, :2].T) for side in sides))
    freedom = sum(len(side) for side in sides) - 2
    return detectable_difference(error, freedom, level) if error > NOISE else None


def group_difference(sides: Sequence[Ints], column: int) -> float:
    """Return the mean of the first group minus that of the second: column over items."""
    means = [side[:, column].sum() / side[:, 0].sum() for side in sides]
    return float(means[0] - means[1])
