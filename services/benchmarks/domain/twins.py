"""Pairs of persons who differ in one attribute: their ratings item by item, and whole pairs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.benchmarks.domain.persons import MAX_SCALE, person_totals
from services.benchmarks.domain.ratings import Ints, Ratings

CounterfactualView = Literal["aligned", "raw"]


class TwinLink(NamedTuple):
    """A source person and its twin, with the attribute that was changed and how."""

    source: str
    twin: str
    attribute: str
    from_value: str
    to_value: str


@dataclass(frozen=True)
class PairedItems:
    """Differences, twin minus source: pair, trait and ``value`` / ``scale``, all (n,)."""

    pair: Ints
    trait: Ints
    value: Ints
    scale: int

    def where(self, rows: NDArray[np.bool_]) -> "PairedItems":
        """Return these rows only; pairs and traits keep their numbers."""
        return PairedItems(self.pair[rows], self.trait[rows], self.value[rows], self.scale)

    @property
    def pair_means(self) -> NDArray[np.float64]:
        """Return the mean of ``value`` of each pair that has an item (pairs,)."""
        sizes = np.bincount(self.pair)
        return np.asarray(np.bincount(self.pair, self.value)[sizes > 0] / sizes[sizes > 0])


def paired_items(
    ratings: Ratings, links: Sequence[TwinLink], view: CounterfactualView = "aligned"
) -> PairedItems:
    """Return every trait that both persons of a pair were rated on; orders and repeats averaged."""
    items = ratings.items if view == "aligned" else ratings.items_of(ratings.raw)
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
    return PairedItems(pair, trait, change[pair, trait], scale)


@dataclass(frozen=True, kw_only=True)
class PairDifference:
    """A pair: the mean of twin minus source over ``n`` traits, and the trait that differs most."""

    source: str
    twin: str
    from_value: str
    to_value: str
    n: int
    mean: float
    trait: str
    trait_difference: float


def widest_pairs(
    ratings: Ratings, links: Iterable[TwinLink], attribute: str, limit: int
) -> list[PairDifference]:
    """Return the pairs of an attribute whose means lie furthest apart, the furthest first."""
    some = [link for link in links if link.attribute == attribute]
    items = paired_items(ratings, some) if some else None
    if items is None or not len(items.value):
        return []
    numbers, means = np.unique(items.pair), items.pair_means
    order = np.lexsort((numbers, -np.abs(means)))[:limit]
    return [_pair(ratings, some[number], items, number) for number in numbers[order].tolist()]


def _pair(ratings: Ratings, link: TwinLink, items: PairedItems, number: int) -> PairDifference:
    ours = items.where(items.pair == number)
    most = int(np.abs(ours.value).argmax())
    return PairDifference(
        source=link.source,
        twin=link.twin,
        from_value=link.from_value,
        to_value=link.to_value,
        n=len(ours.value),
        mean=float(ours.value.mean() / ours.scale),
        trait=ratings.labels[ours.trait[most]],
        trait_difference=float(ours.value[most] / ours.scale),
    )
