"""Whether two groups are the same for all that matters (decision 12).

On the means of persons, the independent units: two one-sided Welch tests against a margin that is
set before the run.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.benchmarks.domain.deltas import choose_baseline
from services.benchmarks.domain.metrics import counts_by_group, filter_by_trait_category
from services.benchmarks.domain.persons import (
    PersonTotals,
    group_totals,
    totals_of,
)
from services.benchmarks.domain.ratings import Grouping, Ints, Ratings
from services.statistics.clusters import MIN_ALIKE
from services.statistics.equivalence import (
    EquivalenceVerdict,
    WelchTest,
    one_sided_ps,
    verdict_of,
    welch_test,
)
from services.statistics.interval import NOISE
from services.statistics.multiplicity import ALPHA

MARGIN = 0.25  # rating points, where the manifest says nothing else
Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class GroupEquivalence:
    """Category minus baseline on person means, within ``margin`` or not.

    ``p_lower`` is against -margin, ``p_upper`` against +margin, ``p_equivalence`` the larger.
    """

    category: str
    baseline: str
    n_personas: int
    n_personas_base: int
    delta: float
    margin: float
    p_difference: float | None
    p_equivalence: float | None
    p_lower: float | None
    p_upper: float | None
    ci90: tuple[float, float] | None
    verdict: EquivalenceVerdict


def compute_equivalence(
    ratings: Ratings,
    attribute: str,
    *,
    category: str,
    baseline: str,
    margin: float = MARGIN,
    alpha: float = ALPHA,
    trait_category: str | None = None,
) -> GroupEquivalence | None:
    """Return the verdict on two groups; None where one has no rating. Raises UnknownChoiceError."""
    totals = totals_of(filter_by_trait_category(ratings, trait_category))
    grouping = ratings.grouping(attribute)
    codes = grouping.code(category, "category"), grouping.code(baseline, "baseline")
    return _GroupMeans.of(totals, grouping).verdict(codes, margin, alpha)


def compute_equivalences(
    ratings: Ratings,
    *,
    attributes: Iterable[str] | None = None,
    baselines: Mapping[str, str] | None = None,
    shown: Collection[str] | None = None,
    margin: float = MARGIN,
    alpha: float = ALPHA,
    trait_category: str | None = None,
) -> dict[str, list[GroupEquivalence]]:
    """Return the verdict on each group against the baseline of the deltas, by attribute.

    Attributes that are not in ``shown`` have none. Raises UnknownChoiceError.
    """
    some = filter_by_trait_category(ratings, trait_category)
    totals = totals_of(some)
    verdicts: dict[str, list[GroupEquivalence]] = {}
    for name in ratings.attributes if attributes is None else attributes:
        grouping = ratings.grouping(name)
        counts = counts_by_group(some, grouping).sum(axis=1)
        base = choose_baseline(grouping, counts, (baselines or {}).get(name))
        is_shown = shown is None or name in shown
        codes = np.flatnonzero(counts).tolist() if is_shown and base is not None else []
        means = _GroupMeans.of(totals, grouping)
        rows = [means.verdict((code, base or 0), margin, alpha) for code in codes if code != base]
        verdicts[name] = [row for row in rows if row is not None]
    return verdicts


@dataclass(frozen=True)
class _GroupMeans:
    """The means of units (u,) and their groups (u,); the ``persons`` of each group (g,)."""

    names: Sequence[str]
    means: Floats
    groups: Ints
    persons: Ints

    @classmethod
    def of(cls, totals: PersonTotals, grouping: Grouping) -> "_GroupMeans":
        """Return the units of a grouping that have an item."""
        units, groups = totals.units(grouping)
        means = units[:, 1] / (units[:, 0] * totals.scale)
        return cls(grouping.names, means, groups, group_totals(totals, grouping).persons)

    def verdict(
        self, codes: tuple[int, int], margin: float, alpha: float
    ) -> GroupEquivalence | None:
        """Return the verdict on group ``codes[0]`` against the baseline ``codes[1]``."""
        ours, theirs = (self.means[self.groups == code] for code in codes)
        if not len(ours) or not len(theirs):
            return None
        test = None if _may_be_alike_by_chance(ours, theirs) else welch_test(ours, theirs)
        p_lower, p_upper = _one_sided(test, margin)
        p_equivalence = None if p_lower is None or p_upper is None else max(p_lower, p_upper)
        p_difference = _p_difference(test)
        return GroupEquivalence(
            category=self.names[codes[0]],
            baseline=self.names[codes[1]],
            n_personas=int(self.persons[codes[0]]),
            n_personas_base=int(self.persons[codes[1]]),
            delta=float(ours.mean() - theirs.mean()),
            margin=margin,
            p_difference=p_difference,
            p_equivalence=p_equivalence,
            p_lower=p_lower,
            p_upper=p_upper,
            ci90=None if test is None or test.error == 0 else test.ends(1 - 2 * alpha),
            verdict=verdict_of(p_difference, p_equivalence, alpha),
        )


def _may_be_alike_by_chance(*sides: Floats) -> bool:
    """Return whether a side has few persons who are all alike, which says nothing of its error."""
    return any(len(side) < MIN_ALIKE and np.ptp(side) <= NOISE for side in sides)


def _one_sided(test: WelchTest | None, margin: float) -> tuple[float | None, float | None]:
    """Return both p values. Persons who are all alike have no error: then the delta decides."""
    if test is None:
        return None, None
    if test.error == 0:
        return float(test.delta <= -margin), float(test.delta >= margin)
    return one_sided_ps(test.delta, test.error, test.freedom, margin)


def _p_difference(test: WelchTest | None) -> float | None:
    if test is not None and test.error == 0:
        return float(test.delta == 0)
    return test.p_value if test is not None else None
