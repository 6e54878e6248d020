"""Permutation tests with units of several values: exact where all relabelings can be counted.

A unit (a person) brings whole numbers: how many values it has, and their sum. Statistics are
compared as integers, because means as floats lose ties. Relabelings are drawn as counts of equal
units, which is the same distribution as shuffling labels (a multivariate hypergeometric one) and
does not grow with the number of units that are alike; where groups have very many units, sums are
drawn from the normal distribution that they tend to.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from services.statistics.many_units import PowersOfUnits, UnitMoments

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
MAX_EXACT = 20_000  # relabelings that are enumerated
MAX_CHOSEN = 8  # half of 17 units have more relabelings
MAX_CELLS = 2**22  # numbers of one block: 32 MB
MAX_TABLE = 2_000_000  # additions of a table of all sums
DRAW_PER_SHUFFLE = 6  # what one hypergeometric number costs, in shuffled units
PRODUCT_PER_SHUFFLE = 0.03  # what a unit of a product of matrices costs, in shuffled units
CHOICE_PER_SHUFFLE = 1.5  # what a unit that is chosen by itself costs, in shuffled units
MAX_CLASHES = 2.0  # pairs of one draw that are the same unit, for choices to be drawn again
SURE = 1e-9  # floats this far apart, relatively, are not a tie


@dataclass(frozen=True, kw_only=True)
class PermutationP:
    """A p value, and whether it is exact or (hits + 1)/(``relabelings`` + 1) of random ones."""

    p_value: float
    is_exact: bool
    relabelings: int


@dataclass(frozen=True, kw_only=True)
class UnitGroups:
    """UnitGroups of two groups, those that are alike counted together.

    ``kinds`` (v, 2) are size and sum of the values of a unit, ``first`` and ``second`` (v,) how
    many such units each group has.
    """

    kinds: Ints
    first: Ints
    second: Ints


def units_of(sizes: Ints, sums: Ints, in_first: NDArray[np.bool_]) -> UnitGroups:
    """Return the units of two groups from columns (n,): size, sum, and which are in the first."""
    kinds, codes = alike(np.column_stack([sizes, sums]))
    first = np.bincount(codes[in_first], minlength=len(kinds))
    return UnitGroups(
        kinds=kinds, first=first, second=np.bincount(codes, minlength=len(kinds)) - first
    )


def two_sample_p(
    units: UnitGroups, generator: np.random.Generator, resamples: int = 1_000
) -> PermutationP | None:
    """Return how often relabeled units differ as much in their mean as the groups do, or more.

    T = |mean of first - mean of second| over all values, so units weigh by their values; as many
    units as before are in the first group (Phipson and Smyth, Stat. Appl. Genet. Mol. Biol. 9,
    2010, for (hits + 1)/(R + 1)). None where a group has no unit, or nothing may be drawn.
    """
    return many_to_one_p(units.kinds, units.second, [units.first], [generator], resamples)[0]


def many_to_one_p(
    kinds: Ints,
    base: Ints,
    groups: Sequence[Ints],
    generators: Sequence[np.random.Generator],
    resamples: int = 1_000,
) -> list[PermutationP | None]:
    """Return ``two_sample_p`` of each of ``groups`` (v,) against ``base`` (v,), all of ``kinds``.

    Each group has a generator of its own.
    """
    results: dict[int, PermutationP | None] = {}
    powers = PowersOfUnits(kinds)
    for place, group in enumerate(groups):
        k, n = int(group.sum()), int((base + group).sum())
        if not 0 < k < n:
            results[place] = None
        elif _are_few(n, k):
            results[place] = _enumerated_p(kinds, base, group)
        elif _is_table_small(kinds, base + group, k):
            results[place] = _counted_p(kinds, base, group)
        elif resamples <= 0:
            results[place] = None
        else:
            moments = powers.moments(base + group)
            hits = _hits(kinds, base, group, moments, generators[place], resamples)
            p_value = (hits + 1) / (resamples + 1)
            results[place] = PermutationP(p_value=p_value, is_exact=False, relabelings=resamples)
    return [results[place] for place in range(len(groups))]


def _are_few(n: int, k: int) -> bool:
    """Return whether the relabelings can be enumerated; their number may be astronomical."""
    smaller = min(k, n - k)
    return n - smaller + 1 <= MAX_EXACT and smaller <= MAX_CHOSEN and math.comb(n, k) <= MAX_EXACT


def _is_table_small(kinds: Ints, both: Ints, k: int) -> bool:
    """Return whether all relabelings can be counted by their sums: units of one size, a few."""
    some = kinds[both > 0]
    if (some[:, 0] != some[0, 0]).any():
        return False
    n, smaller = int(both.sum()), min(k, int(both.sum()) - k)
    return n * smaller**2 * (int(np.ptp(some[:, 1])) + 1) <= MAX_TABLE


def _counted_p(kinds: Ints, base: Ints, group: Ints) -> PermutationP:
    """Return the exact p of units of one size from how many relabelings have each sum.

    The number of ways to choose k of n units with a sum follows unit by unit (Pagano and
    Tritchler, J. Am. Stat. Assoc. 78, 1983); sums are taken from the least unit's.
    """
    some = min((base, group), key=lambda one: int(one.sum()))
    values = kinds[:, 1] - kinds[base + group > 0, 1].min()
    units, k, seen = np.repeat(values, base + group), int(some.sum()), int(some @ values)
    largest = int(np.sort(units)[-k:].sum())
    ways = np.zeros((k + 1, largest + 1))
    ways[0, 0] = 1
    for value in units.tolist():
        ways[1:, value:] += ways[:-1, : largest + 1 - value].copy()
    n, total = len(units), int(units.sum())
    apart = np.abs(n * np.arange(largest + 1) - k * total)
    hits = float(ways[k, apart >= abs(n * seen - k * total)].sum())
    p_value = min(1.0, hits / float(ways[k].sum()))
    return PermutationP(p_value=p_value, is_exact=True, relabelings=math.comb(n, k))


def _enumerated_p(kinds: Ints, base: Ints, group: Ints) -> PermutationP:
    both = base + group
    drawn = _all_sums(np.repeat(kinds, both, axis=0), int(group.sum()))
    hits = int(_as_extreme(drawn, (group @ kinds)[None], both @ kinds).sum())
    return PermutationP(p_value=hits / len(drawn), is_exact=True, relabelings=len(drawn))


def _hits(
    kinds: Ints,
    base: Ints,
    group: Ints,
    moments: UnitMoments,
    generator: np.random.Generator,
    resamples: int,
) -> int:
    k, n = int(group.sum()), moments.n
    if moments.are_many(k * (n - k) / n):
        return _hits_of_sums(moments, kinds, base, group, generator, resamples)
    there = base + group > 0
    draw = _cheapest_way((base + group)[there], min(k, n - k), resamples)
    return draw(kinds[there], base[there], group[there], generator, resamples)


def _hits_of_sums(
    moments: UnitMoments,
    kinds: Ints,
    base: Ints,
    group: Ints,
    generator: np.random.Generator,
    resamples: int,
) -> int:
    drawn = np.rint(moments.chosen(int(group.sum()), generator, resamples)).astype(np.int64)
    return int(_as_extreme(drawn, (group @ kinds)[None], (base + group) @ kinds).sum())


def _cheapest_way(both: Ints, k: int, resamples: int) -> Callable[..., int]:
    """Return how to draw ``k`` units, at most half of all, of which ``both`` (v,) are alike each.

    Their places are drawn, or units are shuffled, or how many there are of each kind is drawn.
    """
    n = int(both.sum())
    clashes = k * (k - 1) / (2 * n)
    choices = k * math.exp(clashes) if clashes <= MAX_CLASHES else math.inf
    costs = {
        _hits_of_choices: CHOICE_PER_SHUFFLE * choices * resamples,
        _hits_of_products: n * (2 * math.sqrt(resamples) + PRODUCT_PER_SHUFFLE * resamples),
        _hits_of_kinds: DRAW_PER_SHUFFLE * _kinds_drawn(both, k) * resamples,
    }
    return min(costs, key=lambda way: costs[way])


def _kinds_drawn(both: Ints, k: int) -> float:
    """Return for about how many kinds, the most frequent first, a number of ``k`` is drawn."""
    counts = -np.sort(-both)
    before = (np.cumsum(counts) - counts) / counts.sum()
    return float((1 - before**k).sum())


def _hits_of_choices(
    kinds: Ints, base: Ints, group: Ints, generator: np.random.Generator, resamples: int
) -> int:
    """Return the hits of the smaller group's places, all of them different."""
    both, total, k = base + group, (base + group) @ kinds, int(group.sum())
    n, hits = int(both.sum()), 0
    units, smaller = np.repeat(kinds, both, axis=0), min(k, n - k)
    for block in blocks(resamples, smaller):
        places = _different_places(n, smaller, generator, block)
        drawn = np.column_stack([column[places].sum(axis=1) for column in units.T])
        drawn = drawn if smaller == k else total - drawn
        hits += int(_as_extreme(drawn, (group @ kinds)[None], total).sum())
    return hits


def _different_places(n: int, k: int, generator: np.random.Generator, draws: int) -> Ints:
    """Return ``draws`` times ``k`` of ``n`` places without replacement: what clashes is redrawn."""
    places = generator.integers(0, n, (draws, k))
    again = np.arange(draws)
    while len(again):
        some = np.sort(places[again], axis=1)
        again = again[(some[:, 1:] == some[:, :-1]).any(axis=1)]
        places[again] = generator.integers(0, n, (len(again), k))
    return places


def _hits_of_kinds(
    kinds: Ints, base: Ints, group: Ints, generator: np.random.Generator, resamples: int
) -> int:
    """Return the hits of numbers of each kind; a draw ends early where the frequent come first."""
    frequent = np.argsort(-(base + group), kind="stable")
    kinds, both, group = kinds[frequent], (base + group)[frequent], group[frequent]
    seen, total, hits = (group @ kinds)[None], both @ kinds, 0
    k = int(group.sum())
    for block in blocks(resamples, len(both)):
        drawn = generator.multivariate_hypergeometric(both, k, block, method="marginals")
        hits += int(_as_extreme(drawn @ kinds, seen, total).sum())
    return hits


def _hits_of_products(
    kinds: Ints, base: Ints, group: Ints, generator: np.random.Generator, resamples: int
) -> int:
    """Return the hits of relabelings that are products of about 2·√R random ones.

    Units in a random order, and the places of the first group at random: each of √R orders meets
    each of √R choices of places, so that all sums are one product of matrices. Every relabeling
    is as random as any, and any two of them are independent (of one product only orders or only
    places can be the same), so the p value has the expectation and the variance that it has with
    as many independent shuffles (pairwise independence: Luby and Wigderson, Foundations and
    Trends in Theoretical Computer Science 1, 2006).
    """
    both = base + group
    units = np.repeat(kinds, both, axis=0).astype(np.float64)
    n, k = len(units), int(group.sum())
    rows = math.isqrt(resamples - 1) + 1
    orders = generator.permuted(np.tile(np.arange(n), (rows, 1)), axis=1)
    places = np.zeros((-(-resamples // rows), n))
    places[:, :k] = 1.0
    generator.permuted(places, axis=1, out=places)
    drawn = np.empty((resamples, 2), dtype=np.int64)
    drawn[:, 0] = k * int(units[0, 0])  # where all units have one size
    for column in (0, 1) if np.ptp(units[:, 0]) else (1,):
        sums = units[:, column][orders] @ places.T
        drawn[:, column] = np.rint(sums.reshape(-1)[:resamples])
    return int(_as_extreme(drawn, (group @ kinds)[None], both @ kinds).sum())


def _all_sums(units: Ints, k: int) -> Ints:
    """Return size and sum (relabelings, 2) of the first group in every relabeling."""
    smaller = min(k, len(units) - k)  # the rest of the units is the other group
    places = np.array(list(combinations(range(len(units)), smaller)), dtype=np.int64)
    sums = units[places].sum(axis=1)
    return np.asarray(sums if smaller == k else units.sum(axis=0) - sums)


def alike(values: Ints) -> tuple[Ints, Ints]:
    """Return the different rows of ``values`` (n, 2), and which of them each row is (n,)."""
    low = values.min(axis=0, initial=0)
    width = int(values[:, 1].max(initial=0) - low[1]) + 1
    _, first, codes = np.unique(
        (values[:, 0] - low[0]) * width + values[:, 1] - low[1],
        return_index=True,
        return_inverse=True,
    )
    return values[first], codes.reshape(-1)


def numbers_by_group(groups: Ints, codes: Ints, kinds: int) -> Ints:
    """Return how many units of each kind each group has (g, kinds), from columns (n,) of both."""
    rows = int(groups.max(initial=-1)) + 1
    return np.bincount(groups * kinds + codes, minlength=rows * kinds).reshape(rows, kinds)


def blocks(total: int, width: int) -> Iterator[int]:
    """Yield sizes that sum to ``total``, each so that a block of ``width`` columns is small."""
    size = max(1, MAX_CELLS // max(width, 1))
    while total > 0:
        yield min(size, total)
        total -= size


def _as_extreme(drawn: Ints, seen: Ints, total: Ints) -> NDArray[np.bool_]:
    """Return where |n·S - N·s| / (n·(N - n)) is at least what was seen, ties decided exactly.

    n and s are size and sum of the first group, N and S those of both: it is |difference|.
    """
    tops, bottoms = _difference(drawn, total)
    top, bottom = (int(part[0]) for part in _difference(seen, total))
    if (bottoms == bottom).all():
        return np.asarray(tops >= top)
    ratio = top / bottom
    ratios = tops / np.maximum(bottoms, 1)
    hits = ratios > ratio
    for place in np.flatnonzero(np.abs(ratios - ratio) <= SURE * max(ratio, SURE)):
        hits[place] = int(tops[place]) * bottom >= top * int(bottoms[place])
    return np.asarray(hits)


def _difference(sums: Ints, total: Ints) -> tuple[Ints, Ints]:
    sizes = sums[:, 0]
    return np.abs(sizes * total[1] - total[0] * sums[:, 1]), sizes * (total[0] - sizes)
