"""What a design can show, before it is run: the smallest difference it detects (decision 13)."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from services.benchmarks.domain.ratings import Ratings
from services.statistics.multiplicity import ALPHA
from services.statistics.power import detectable_difference, detectable_difference_normal

ASSUMED_BETWEEN, ASSUMED_WITHIN = 0.4, 0.8


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


def measured_spread(ratings: Ratings) -> RatingSpread:
    """Return the SDs of a pilot or an earlier run; assumed ones where it is too small to say.

    Method of moments of the one-way random-effects model (Searle, Casella and McCulloch,
    "Variance Components", 1992) after the mean of each trait is taken out: groups differ by
    persons and by noise, every trait is asked of both.
    """
    means = ratings.items.means
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


def baseline_of(
    attribute: str, sizes: Mapping[str, int], baselines: Mapping[str, str] | None = None
) -> str:
    """Return the baseline that was chosen, else the largest group, the first of equals."""
    largest = min(sizes, key=lambda group: (-sizes[group], group))
    return (baselines or {}).get(attribute, largest)


def detectable_effects(
    sizes: Mapping[str, Mapping[str, int]],
    ratings_per_persona: float,
    spread: RatingSpread = ASSUMED_SPREAD,
    *,
    baselines: Mapping[str, str] | None = None,
    alpha: float = ALPHA,
    power: float = 0.8,
) -> dict[str, dict[str, DetectableEffect]]:
    """Return what a design detects, before the run, by attribute and group against the baseline.

    ``sizes`` are the persons of each group of each attribute; the baseline is the one of
    ``baselines``, else the largest. The family is all groups of all attributes but the
    baselines, as in the deltas; a group too small to test is left out.
    """
    bases = {name: baseline_of(name, sizes[name], baselines) for name in sizes if sizes[name]}
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
