"""Twins that differ in one attribute only: what the change of it does (contract section 4.9).

The pair of persons is the unit, with all its traits (decision 14). Pairs that go in both
directions cancel in a plain mean, so effects are given per direction, and signed towards one of
two values.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from services.benchmarks.domain.attributes import UnknownChoiceError
from services.benchmarks.domain.persons import MAX_SCALE, item_sums, person_totals
from services.benchmarks.domain.ratings import Ints, Ratings
from services.benchmarks.domain.resampling import Family, Resampling
from services.seeding import generator
from services.statistics.bootstrap import percentiles, resampled_kinds
from services.statistics.multiplicity import ALPHA, benjamini_hochberg
from services.statistics.permutation import alike
from services.statistics.sign_flip import sign_flip_p

CounterfactualView = Literal["aligned", "raw"]
MIN_DIFFERENCES = 3  # of a signed-rank test


class TwinLink(NamedTuple):
    """A source person and its twin, with the attribute that was changed and how."""

    source: str
    twin: str
    attribute: str
    from_value: str
    to_value: str


@dataclass(frozen=True, kw_only=True)
class PairedEffect:
    """Differences of paired ratings: ``n`` items of ``n_pairs`` pairs, their mean and SD.

    ``wilcoxon_p`` takes items as independent, as the contract does; ``signflip_pairs_p`` and the
    interval have the pair as unit, ``q_value`` adjusts the former over its family.
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


@dataclass(frozen=True, kw_only=True)
class CounterfactualEffects:
    """Twin minus source over all items, by trait and by direction; ``signed`` by two values.

    A ``signed`` row "a - b" has the rating of the person with value a minus that of the one with
    b, whichever is the twin. ``histogram`` counts the differences.
    """

    attribute: str
    overall: PairedEffect
    histogram: dict[str, int]
    by_trait: tuple[PairedEffect, ...]
    by_direction: tuple[PairedEffect, ...]
    signed: tuple[PairedEffect, ...]
    family: Family


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


@dataclass(frozen=True)
class _Items:
    """Differences, twin minus source: pair, trait and ``value`` / ``scale``, all (n,)."""

    pair: Ints
    trait: Ints
    value: Ints
    scale: int

    def where(self, rows: NDArray[np.bool_]) -> "_Items":
        return _Items(self.pair[rows], self.trait[rows], self.value[rows], self.scale)


def compute_counterfactual(
    ratings: Ratings,
    links: Iterable[TwinLink],
    attribute: str,
    *,
    view: CounterfactualView = "aligned",
    alpha: float = ALPHA,
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
    items = _differences(ratings, some, view)
    if not len(items.value):
        return None
    options = resampling or Resampling()
    numbers = items.value / items.scale
    signed = _signed(items, some, options)
    return CounterfactualEffects(
        attribute=attribute,
        overall=_effect("twin - source", items, options),
        histogram={f"{value:g}": n for value, n in sorted(Counter(numbers.tolist()).items())},
        by_trait=tuple(_by_trait(ratings, items, options)),
        by_direction=tuple(_by_direction(items, some, options)),
        signed=tuple(_with_q(signed, alpha)),
        family=Family(name=f"pairs of values of {attribute}", size=len(signed)),
    )


def _differences(ratings: Ratings, links: Sequence[TwinLink], view: CounterfactualView) -> _Items:
    items = item_sums(ratings, ratings.aligned if view == "aligned" else ratings.raw)
    scale = person_totals(items).scale
    numbers = {name: number for number, name in enumerate(ratings.personas)}
    sides = [
        np.array([numbers[name] for name in names], dtype=np.int64)
        for names in ([link.source for link in links], [link.twin for link in links])
    ]
    values = np.rint(np.nan_to_num(items.means) * min(scale, MAX_SCALE)).astype(np.int64)
    both = (items.counts[sides[0]] > 0) & (items.counts[sides[1]] > 0)
    pair, trait = np.nonzero(both)
    change = values[sides[1]] - values[sides[0]]
    return _Items(pair, trait, change[pair, trait], scale)


def _effect(label: str, items: _Items, options: Resampling) -> PairedEffect:
    values = items.value / items.scale
    sizes = np.bincount(items.pair)
    sums = np.bincount(items.pair, items.value).round().astype(np.int64)[sizes > 0]
    sizes = sizes[sizes > 0]
    draw = generator(options.seed, "counterfactual", label)
    flipped = sign_flip_p(sums, draw, options.permutations)
    ends = None
    if len(sizes) > 1:
        kinds, codes = alike(np.column_stack([sizes, sums]))
        drawn = resampled_kinds(kinds, np.bincount(codes), draw, options.draws)
        ends = percentiles(drawn[:, 1] / (drawn[:, 0] * items.scale))
    return PairedEffect(
        label=label,
        n=len(values),
        n_pairs=len(sizes),
        mean=float(values.mean()),
        sd=float(values.std(ddof=1)) if len(values) > 1 else None,
        wilcoxon_p=wilcoxon_p(values),
        signflip_pairs_p=flipped.p_value if flipped else None,
        wilcoxon_p_pair_means=wilcoxon_p(sums / sizes / items.scale),
        ci_low=ends.low if ends else None,
        ci_high=ends.high if ends else None,
    )


def _by_trait(ratings: Ratings, items: _Items, options: Resampling) -> list[PairedEffect]:
    return [
        _effect(ratings.traits[trait], items.where(items.trait == trait), options)
        for trait in np.unique(items.trait).tolist()
    ]


def _by_direction(
    items: _Items, links: Sequence[TwinLink], options: Resampling
) -> list[PairedEffect]:
    names = np.array([f"{link.from_value}->{link.to_value}" for link in links])[items.pair]
    return [_effect(str(name), items.where(names == name), options) for name in np.unique(names)]


def _signed(items: _Items, links: Sequence[TwinLink], options: Resampling) -> list[PairedEffect]:
    """Return an effect for each two values, the first in the alphabet minus the second."""
    signs = np.array([1 if link.to_value < link.from_value else -1 for link in links])
    names = np.array([" - ".join(sorted((link.from_value, link.to_value))) for link in links])
    turned = replace(items, value=items.value * signs[items.pair])
    of_items = names[items.pair]
    return [
        _effect(str(name), turned.where(of_items == name), options) for name in np.unique(of_items)
    ]


def _with_q(rows: Sequence[PairedEffect], alpha: float) -> list[PairedEffect]:
    q_values = benjamini_hochberg([row.signflip_pairs_p for row in rows])
    return [
        replace(row, q_value=q, significant=q < alpha)
        for row, q in zip(rows, q_values, strict=True)
    ]
