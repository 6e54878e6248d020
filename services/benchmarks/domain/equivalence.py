"""Whether two groups are the same for all that matters, and what a design could have shown.

On the means of persons, the independent units: two one-sided Welch tests against a margin that is
set before the run (decision 12), and the smallest difference a run detects (decision 13).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from services.benchmarks.domain.metrics import filter_by_trait_category
from services.benchmarks.domain.persons import (
    PersonTotals,
    item_sums,
    members,
    person_totals,
)
from services.benchmarks.domain.ratings import Grouping, Ratings
from services.statistics.equivalence import (
    EquivalenceVerdict,
    WelchTest,
    one_sided_ps,
    verdict_of,
    welch_test,
)
from services.statistics.multiplicity import ALPHA
from services.statistics.power import detectable_difference, detectable_difference_normal

MARGIN = 0.25  # rating points, where the manifest says nothing else
ASSUMED_BETWEEN, ASSUMED_WITHIN = 0.4, 0.8
MIN_ALIKE = 10  # persons of either side that all have one mean, to call them the same


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


@dataclass(frozen=True, kw_only=True)
class RatingSpread:
    """SD of persons, and of ratings within a person; ``source`` says whether it was measured."""

    sd_between: float
    sd_within: float
    source: Literal["measured", "assumed"]


ASSUMED_SPREAD = RatingSpread(
    sd_between=ASSUMED_BETWEEN, sd_within=ASSUMED_WITHIN, source="assumed"
)


@dataclass(frozen=True, kw_only=True)
class DetectableEffect:
    """The smallest difference of two groups that is detected.

    ``naive_independent_ratings`` is what it would be if ratings of a person were independent: too
    small wherever persons differ.
    """

    mde: float
    mde_normal: float
    naive_independent_ratings: float
    icc: float
    design_effect: float
    alpha: float
    power: float


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
    totals = person_totals(item_sums(filter_by_trait_category(ratings, trait_category)))
    grouping = ratings.grouping(attribute)
    codes = grouping.code(category, "category"), grouping.code(baseline, "baseline")
    return equivalence_of_groups(totals, grouping, codes, margin, alpha)


def equivalence_of_groups(
    totals: PersonTotals,
    grouping: Grouping,
    codes: tuple[int, int],
    margin: float = MARGIN,
    alpha: float = ALPHA,
) -> GroupEquivalence | None:
    """Return the verdict on group ``codes[0]`` against the baseline ``codes[1]``."""
    ours, theirs = (totals.means[members(grouping, code, totals)] for code in codes)
    if not len(ours) or not len(theirs):
        return None
    test = welch_test(ours, theirs)
    p_lower, p_upper = _one_sided(test, margin, min(len(ours), len(theirs)))
    p_equivalence = None if p_lower is None or p_upper is None else max(p_lower, p_upper)
    p_difference = _p_difference(test, min(len(ours), len(theirs)))
    return GroupEquivalence(
        category=grouping.names[codes[0]],
        baseline=grouping.names[codes[1]],
        n_personas=len(ours),
        n_personas_base=len(theirs),
        delta=float(ours.mean() - theirs.mean()),
        margin=margin,
        p_difference=p_difference,
        p_equivalence=p_equivalence,
        p_lower=p_lower,
        p_upper=p_upper,
        ci90=None if test is None or test.error == 0 else test.ends(1 - 2 * alpha),
        verdict=verdict_of(p_difference, p_equivalence, alpha),
    )


def _one_sided(
    test: WelchTest | None, margin: float, persons: int
) -> tuple[float | None, float | None]:
    """Return both p values. Persons who are all alike have no error: then the delta decides."""
    if test is None or (test.error == 0 and persons < MIN_ALIKE):
        return None, None
    if test.error == 0:
        return float(test.delta <= -margin), float(test.delta >= margin)
    return one_sided_ps(test.delta, test.error, test.freedom, margin)


def _p_difference(test: WelchTest | None, persons: int) -> float | None:
    if test is not None and test.error == 0 and persons >= MIN_ALIKE:
        return float(test.delta == 0)
    return test.p_value if test is not None else None


def measured_spread(ratings: Ratings) -> RatingSpread:
    """Return the SDs of a pilot or an earlier run; assumed ones where it is too small to say.

    Method of moments of the one-way random-effects model (Searle, Casella and McCulloch,
    "Variance Components", 1992) after the mean of each trait is taken out: groups differ by
    persons and by noise, every trait is asked of both.
    """
    means = item_sums(ratings).means
    known = ~np.isnan(means)
    sizes = known.sum(axis=1)
    rest = np.where(known, means - _trait_means(means, known), 0.0)[sizes > 0]
    sizes = sizes[sizes > 0]
    n, persons = int(sizes.sum()), len(sizes)
    if persons < 3 or n <= persons:
        return ASSUMED_SPREAD
    of_person = rest.sum(axis=1) / sizes
    within = float((rest**2).sum() - (sizes * of_person**2).sum()) / (n - persons)
    between = float((sizes * (of_person - rest.sum() / n) ** 2).sum()) / (persons - 1)
    effective = (n - float((sizes**2).sum()) / n) / (persons - 1)
    return RatingSpread(
        sd_between=math.sqrt(max(0.0, (between - within) / effective)),
        sd_within=math.sqrt(max(0.0, within)),
        source="measured",
    )


def _trait_means(means: np.ndarray, known: np.ndarray) -> np.ndarray:
    numbers = np.maximum(known.sum(axis=0), 1)
    return np.asarray(np.where(known, means, 0.0).sum(axis=0) / numbers)


def detectable_effect(
    personas: Sequence[int],
    ratings_per_persona: float,
    spread: RatingSpread = ASSUMED_SPREAD,
    *,
    alpha: float = ALPHA,
    power: float = 0.8,
    family: int = 1,
) -> DetectableEffect:
    """Return the smallest difference of two groups of ``personas`` that a run detects.

    On person means: sd² = sd_between² + sd_within²/ratings. ``alpha`` is divided by the size of
    the family. Raises ValueError of groups without two persons together beyond one each.
    """
    n1, n2 = personas
    if min(n1, n2) < 1 or n1 + n2 < 3 or ratings_per_persona <= 0:
        raise ValueError("Two groups with three persons together, and a rating each, are needed.")
    corrected = alpha / max(family, 1)
    between, within = spread.sd_between**2, spread.sd_within**2
    share = 1 / n1 + 1 / n2
    error = math.sqrt((between + within / ratings_per_persona) * share)
    naive = math.sqrt((between + within) / ratings_per_persona * share)
    icc = between / (between + within) if between + within > 0 else 0.0
    return DetectableEffect(
        mde=detectable_difference(error, n1 + n2 - 2, corrected, power),
        mde_normal=detectable_difference_normal(error, corrected, power),
        naive_independent_ratings=detectable_difference_normal(naive, corrected, power),
        icc=icc,
        design_effect=1 + (ratings_per_persona - 1) * icc,
        alpha=corrected,
        power=power,
    )


def detectable_effects(
    sizes: Mapping[str, Mapping[str, int]],
    ratings_per_persona: float,
    spread: RatingSpread = ASSUMED_SPREAD,
    *,
    alpha: float = ALPHA,
    power: float = 0.8,
) -> dict[str, dict[str, DetectableEffect]]:
    """Return what a design detects, before the run, by attribute and group against the largest.

    ``sizes`` are the persons of each group of each attribute. The family is all groups of all
    attributes but the baselines, as in the deltas; a group too small to test is left out.
    """
    bases = {
        name: min(groups, key=lambda g: (-groups[g], g)) for name, groups in sizes.items() if groups
    }
    others = [
        (name, group)
        for name, base in bases.items()
        for group, n in sizes[name].items()
        if group != base and n > 0 and n + sizes[name][base] > 2
    ]
    effects: dict[str, dict[str, DetectableEffect]] = {name: {} for name in sizes}
    for name, group in others:
        pair = sizes[name][group], sizes[name][bases[name]]
        effects[name][group] = detectable_effect(
            pair, ratings_per_persona, spread, alpha=alpha, power=power, family=len(others)
        )
    return effects
