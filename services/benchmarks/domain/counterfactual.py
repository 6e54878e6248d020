"""Twins that differ in one attribute only: what the change of it does (contract section 4.9).

The pair of persons is the unit, with all its traits (decision 14). Pairs that go in both
directions cancel in a plain mean, so effects are given per direction, and signed towards one of
two values.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from services.benchmarks.domain.attributes import UnknownChoiceError
from services.benchmarks.domain.deltas import WIDEST
from services.benchmarks.domain.equivalence import MARGIN
from services.benchmarks.domain.ratings import Ratings
from services.benchmarks.domain.resampling import Family, Resampling
from services.benchmarks.domain.twins import (
    CounterfactualView,
    PairedItems,
    TwinLink,
    paired_items,
)
from services.seeding import generator
from services.statistics.clusters import MIN_ALIKE, cluster_interval
from services.statistics.equivalence import EquivalenceVerdict, equivalence_p, verdict_of
from services.statistics.interval import NOISE
from services.statistics.multiplicity import ALPHA, benjamini_hochberg
from services.statistics.sign_flip import sign_flip_p

MIN_DIFFERENCES = 3  # of a signed-rank test


@dataclass(frozen=True, kw_only=True)
class PairedEffect:
    """Differences of paired ratings: ``n`` items of ``n_pairs`` pairs, their mean and SD.

    ``wilcoxon_p`` takes items as independent, as the contract does; ``signflip_pairs_p`` and the
    interval have the pair as unit, ``q_value`` adjusts the former over its family.
    ``p_equivalence`` is of two one-sided t tests of the means of pairs against the margin (TOST),
    and ``verdict`` says which of both tests rejects; None where effects are not judged.
    """

    label: str
    n: int
    n_pairs: int
    mean: float
    sd: float | None
    wilcoxon_p: float | None
    signflip_pairs_p: float | None
    wilcoxon_p_pair_means: float | None
    ci_low: float | None
    ci_high: float | None
    q_value: float | None = None
    significant: bool = False
    p_equivalence: float | None = None
    verdict: EquivalenceVerdict | None = None


@dataclass(frozen=True, kw_only=True)
class CounterfactualEffects:
    """Twin minus source over all items, by trait and by direction; ``signed`` by two values.

    A ``signed`` row "a - b" has the rating of the person with value a minus that of the one with
    b, whichever is the twin. Both are families of their own. ``histogram`` counts the differences.
    """

    attribute: str
    overall: PairedEffect
    histogram: dict[str, int]
    by_trait: tuple[PairedEffect, ...]
    by_direction: tuple[PairedEffect, ...]
    signed: tuple[PairedEffect, ...]
    family: Family
    directions: Family


@dataclass(frozen=True)
class _Measured:
    """An effect, and what its test of equivalence needs: the mean of pairs and its error."""

    effect: PairedEffect
    mean: float
    error: float

    def judged(self, q: float, alpha: float, margin: float) -> PairedEffect:
        """Return the effect with its q value and its verdict."""
        p = self._p_equivalence(margin)
        return replace(
            self.effect,
            q_value=q,
            significant=q < alpha,
            p_equivalence=p,
            verdict=verdict_of(q, p, alpha),
        )

    def _p_equivalence(self, margin: float) -> float | None:
        """Return the p of TOST. Pairs that are all alike have no error: then the mean decides."""
        n = self.effect.n_pairs
        if n < 2 or (self.error <= NOISE and n < MIN_ALIKE):
            return None
        if self.error <= NOISE:
            return float(abs(self.mean) >= margin)
        return equivalence_p(self.mean, self.error, n, margin)


def wilcoxon_p(differences: ArrayLike) -> float | None:
    """Return the p of the signed-rank test with zeros by Pratt, normal, no continuity correction.

    Pratt, J. Am. Stat. Assoc. 54 (1959). None of fewer than three values, or where all are 0.
    """
    values = np.round(np.asarray(differences, dtype=np.float64), 9)  # equal ones must tie
    if len(values) < MIN_DIFFERENCES or not values.any():
        return None
    from scipy.stats import wilcoxon  # the web process starts without it

    test = wilcoxon(values, zero_method="pratt", correction=False, method="asymptotic")
    return float(test.pvalue)


def compute_counterfactual(
    ratings: Ratings,
    links: Iterable[TwinLink],
    attribute: str,
    *,
    view: CounterfactualView = "aligned",
    alpha: float = ALPHA,
    margin: float = MARGIN,
    resampling: Resampling | None = None,
) -> CounterfactualEffects | None:
    """Return the effects of an attribute's change; None where no pair was rated on one trait.

    ``view="raw"`` ignores reversed scales, as the reference does. Raises UnknownChoiceError of an
    attribute that no link changes.
    """
    every = list(links)
    some = [link for link in every if link.attribute == attribute]
    if not some:
        choices = tuple(dict.fromkeys(link.attribute for link in every))
        raise UnknownChoiceError("attribute", attribute, choices)
    items = paired_items(ratings, some, view)
    if not len(items.value):
        return None
    options = resampling or Resampling()
    numbers = items.value / items.scale
    signed, directions = _signed(items, some, options), _by_direction(items, some, options)
    return CounterfactualEffects(
        attribute=attribute,
        overall=_effect("twin - source", items, options),
        histogram={f"{value:g}": n for value, n in sorted(Counter(numbers.tolist()).items())},
        by_trait=tuple(_by_trait(ratings, items, options)),
        by_direction=tuple(_judged(directions, alpha, margin)),
        signed=tuple(_judged(signed, alpha, margin)),
        family=Family(name=f"pairs of values of {attribute}", size=len(signed)),
        directions=Family(name=f"directions of {attribute}", size=len(directions)),
    )


def _effect(label: str, items: PairedItems, options: Resampling) -> PairedEffect:
    values = items.value / items.scale
    sizes = np.bincount(items.pair)
    sums = np.bincount(items.pair, items.value).round().astype(np.int64)[sizes > 0]
    sizes = sizes[sizes > 0]
    draw = generator(options.seed, "counterfactual", label)
    flipped = sign_flip_p(sums, draw, options.permutations)
    ends = cluster_interval(sizes, sums / items.scale, WIDEST)
    return PairedEffect(
        label=label,
        n=len(values),
        n_pairs=len(sizes),
        mean=float(values.mean()),
        sd=float(values.std(ddof=1)) if len(values) > 1 else None,
        wilcoxon_p=wilcoxon_p(values),
        signflip_pairs_p=flipped.p_value if flipped else None,
        wilcoxon_p_pair_means=wilcoxon_p(sums / sizes / items.scale),
        ci_low=ends[0] if ends else None,
        ci_high=ends[1] if ends else None,
    )


def _by_trait(ratings: Ratings, items: PairedItems, options: Resampling) -> list[PairedEffect]:
    return [
        _effect(ratings.traits[trait], items.where(items.trait == trait), options)
        for trait in np.unique(items.trait).tolist()
    ]


def _by_direction(
    items: PairedItems, links: Sequence[TwinLink], options: Resampling
) -> list[_Measured]:
    names = np.array([f"{link.from_value}->{link.to_value}" for link in links])[items.pair]
    return [_measured(str(name), items.where(names == name), options) for name in np.unique(names)]


def _signed(items: PairedItems, links: Sequence[TwinLink], options: Resampling) -> list[_Measured]:
    """Return an effect for each two values, the first in the alphabet minus the second."""
    signs = np.array([1 if link.to_value < link.from_value else -1 for link in links])
    names = np.array([" - ".join(sorted((link.from_value, link.to_value))) for link in links])
    turned = replace(items, value=items.value * signs[items.pair])
    of_items = names[items.pair]
    return [
        _measured(str(name), turned.where(of_items == name), options)
        for name in np.unique(of_items)
    ]


def _measured(label: str, items: PairedItems, options: Resampling) -> _Measured:
    means = items.pair_means / items.scale
    error = float(means.std(ddof=1)) / math.sqrt(len(means)) if len(means) > 1 else 0.0
    return _Measured(_effect(label, items, options), float(means.mean()), error)


def _judged(rows: Sequence[_Measured], alpha: float, margin: float) -> list[PairedEffect]:
    q_values = benjamini_hochberg([row.effect.signflip_pairs_p for row in rows])
    return [row.judged(q, alpha, margin) for row, q in zip(rows, q_values, strict=True)]
