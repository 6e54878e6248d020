"""Smaller sets out of larger ones: as they come, or with groups of like size."""

from collections import Counter
from collections.abc import Callable, Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

from services.benchmarks.domain.builders.drafts import PersonaDraft
from services.benchmarks.domain.builders.fit import age_bin
from services.seeding import generator

MAX_CANDIDATES = 1000  # that are looked at for one place
BALANCED_BY: dict[str, Callable[[PersonaDraft], Hashable]] = {
    "gender": lambda one: one.gender,
    "age_group": lambda one: None if one.age is None else age_bin(one.age),
    "origin_subregion": lambda one: one.origin_subregion,
    "religion": lambda one: one.religion,
    "sexuality": lambda one: one.sexuality,
}


def build_reality(people: Sequence[PersonaDraft], n: int, seed: int = 42) -> list[PersonaDraft]:
    """Return the first ``n`` of a seeded shuffle: their shares are those of ``people``.

    Raises ValueError where there are fewer.
    """
    _require_enough(people, n)
    order = generator(seed, "personas", "reality").permutation(len(people))
    return [people[place] for place in order[:n]]


def build_balanced(people: Sequence[PersonaDraft], n: int, seed: int = 42) -> list[PersonaDraft]:
    """Return ``n`` of ``people`` whose groups are of like size along every axis of BALANCED_BY.

    Greedy: each place goes to the candidate whose groups lack most against their quota, which is
    n divided by the number of groups, or what there is of a smaller group; what it lacks is
    shared by the others. Raises ValueError where there are fewer than ``n``.
    """
    _require_enough(people, n)
    draws = generator(seed, "personas", "balanced")
    axes = [_Axis([group(one) for one in people], n) for group in BALANCED_BY.values()]
    left = draws.permutation(len(people))
    chosen: list[int] = []
    for _ in range(n):
        sample = left
        if len(left) > MAX_CANDIDATES:
            sample = left[draws.integers(len(left), size=MAX_CANDIDATES)]
        best = int(sample[np.argmax(sum(axis.lacking(sample) for axis in axes))])
        for axis in axes:
            axis.count(best)
        chosen.append(best)
        left = left[left != best]
    return [people[place] for place in chosen]


class _Axis:
    """The groups along one attribute: how many are chosen of each, and how many should be."""

    def __init__(self, groups: Sequence[Hashable], n: int) -> None:
        names = list(dict.fromkeys(groups))
        places = {name: place for place, name in enumerate(names)}
        self._codes = np.array([places[group] for group in groups], dtype=np.int64)
        sizes = Counter(groups)
        self._quotas = np.array(quotas([sizes[name] for name in names], n))
        self._counts = np.zeros(len(names))

    def lacking(self, candidates: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return what share of its quota the group of each candidate still lacks."""
        lack = (self._quotas - self._counts) / self._quotas
        return np.asarray(lack[self._codes[candidates]], dtype=np.float64)

    def count(self, place: int) -> None:
        """Count the person of this place as chosen."""
        self._counts[self._codes[place]] += 1


def quotas(sizes: Sequence[int], n: int) -> list[float]:
    """Return how many of each group, as equal as the sizes allow; they sum to ``n``."""
    shares, left = [0.0] * len(sizes), float(n)
    order = sorted(range(len(sizes)), key=lambda place: sizes[place])
    for done, place in enumerate(order):
        shares[place] = min(float(sizes[place]), left / (len(sizes) - done))
        left -= shares[place]
    return shares


def _require_enough(people: Sequence[PersonaDraft], n: int) -> None:
    if not 1 <= n <= len(people):
        raise ValueError(f"n is {n}, and the source has {len(people)} personas.")
