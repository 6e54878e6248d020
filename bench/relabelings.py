"""Permutation tests against scipy, and against the reference's rule in plain numpy loops.

All three test the same tables with as many relabelings and take turns; time is CPU time of this
process. Their p values must agree within what random relabelings leave open. The reference shuffles
single ratings, so its target is on those; loops over persons stand beside.
"""

import math
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from bench.figures import Figure, at_least, at_most, median
from services.statistics.permutation import alike, many_to_one_p

Ints = NDArray[np.int64]
RELABELINGS = 1_000  # of the reference
OVER_LOOPS, OVER_SCIPY = 50.0, 5.0
MAX_STANDARD_ERRORS = 4.5  # standard errors between two p values of random relabelings
TRAITS = 24
SHIFTS = (0.0, 0.0, 0.02, 0.05, 0.0, 0.1, 0.0)  # rating points of each group


@dataclass(frozen=True, kw_only=True)
class RelabeledTable:
    """The values of the baseline, and of each group: whole numbers, one for each unit."""

    name: str
    base: Ints
    groups: Sequence[Ints]
    is_of_reference: bool


def measure(rounds: int = 5) -> list[Figure]:
    """Return how many times faster ours is, and how far the p values are apart."""
    return [figure for table in (_persons(), _ratings()) for figure in _figures(table, rounds)]


def _persons() -> RelabeledTable:
    """Return 2,000 persons in eight groups: the sum of the ratings of each."""
    draw = np.random.default_rng(1)
    sizes = (900, 400, 250, 150, 120, 80, 60, 40)
    values = [
        np.rint(TRAITS * (3 + shift + draw.normal(0, 0.35, size))).astype(np.int64)
        for size, shift in zip(sizes, (0.0, *SHIFTS), strict=True)
    ]
    return RelabeledTable(
        name="2,000 persons in 8 groups", base=values[0], groups=values[1:], is_of_reference=False
    )


def _ratings() -> RelabeledTable:
    """Return 48,000 ratings in eight groups, each for itself, as the reference has them."""
    draw = np.random.default_rng(2)
    sizes = (21_600, 9_600, 6_000, 3_600, 2_880, 1_920, 1_440, 960)
    values = [
        np.clip(np.rint(3 + shift + draw.normal(0, 1, size)), 1, 5).astype(np.int64)
        for size, shift in zip(sizes, (0.0, *SHIFTS), strict=True)
    ]
    return RelabeledTable(
        name="48,000 ratings in 8 groups", base=values[0], groups=values[1:], is_of_reference=True
    )


def _figures(table: RelabeledTable, rounds: int) -> list[Figure]:
    ways: dict[str, Callable[[RelabeledTable, int], list[float]]] = {
        "ours": _ours, "scipy": _by_scipy, "loops": _by_loops
    }  # fmt: skip
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    p_values: dict[str, list[float]] = {}
    for number in range(rounds):
        for name, way in ways.items():
            began = time.process_time()
            p_values[name] = way(table, number)
            seconds[name].append(time.process_time() - began)
    ours, scipy, loops = (median(seconds[name]) for name in ways)
    note = f"{table.name}, {RELABELINGS:,} relabelings, load {os.getloadavg()[0]:.0f}"
    apart = max(_errors_apart(p_values["ours"], p_values[name]) for name in ("scipy", "loops"))
    over_loops = Figure(name="… over plain loops", value=loops / ours, unit="×")
    if table.is_of_reference:
        over_loops = at_least("… over the reference's loops", loops / ours, OVER_LOOPS, "×")
    return [
        Figure(name="permutation tests, CPU", value=1000 * ours, unit="ms", note=note),
        over_loops,
        at_least("… over scipy.stats.permutation_test", scipy / ours, OVER_SCIPY, "×"),
        at_most("… p values apart at most, in standard errors", apart, MAX_STANDARD_ERRORS, ""),
    ]


def _errors_apart(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Return the largest difference of two p values in standard errors of both.

    One more hit than there were is counted, so that a p without any has an error, too.
    """
    errors = []
    for one, other in zip(ours, theirs, strict=True):
        p = max((one + other) / 2, 1 / RELABELINGS)
        errors.append(abs(one - other) / math.sqrt(2 * p * (1 - min(p, 0.999)) / RELABELINGS))
    return max(errors)


def _ours(table: RelabeledTable, seed: int) -> list[float]:
    everything = np.concatenate([table.base, *table.groups])
    kinds, codes = alike(np.column_stack([np.ones_like(everything), everything]))
    ends = np.cumsum([len(table.base), *(len(group) for group in table.groups)])[:-1]
    base, *groups = (np.bincount(part, minlength=len(kinds)) for part in np.split(codes, ends))
    draws = [np.random.default_rng([seed, place]) for place in range(len(groups))]
    tests = many_to_one_p(kinds, base, groups, draws, RELABELINGS)
    return [math.nan if test is None else test.p_value for test in tests]


def _by_scipy(table: RelabeledTable, seed: int) -> list[float]:
    def apart(first: Ints, second: Ints, axis: int) -> Ints:
        sums = first.sum(axis=axis) * second.shape[axis], second.sum(axis=axis) * first.shape[axis]
        return np.abs(sums[0] - sums[1])

    return [
        float(
            stats.permutation_test(
                (group, table.base), apart, vectorized=True, alternative="greater", batch=100,
                n_resamples=RELABELINGS, rng=np.random.default_rng([seed, place]),
            ).pvalue
        )
        for place, group in enumerate(table.groups)
    ]  # fmt: skip


def _by_loops(table: RelabeledTable, seed: int) -> list[float]:
    """Follow the contract's rule (section 4.4): shuffle what is pooled, compare the means."""
    draw, p_values = np.random.default_rng(seed), []
    for group in table.groups:
        pooled, k = np.concatenate([group, table.base]), len(group)
        seen, hits = abs(group.mean() - table.base.mean()), 0
        for _ in range(RELABELINGS):
            shuffled = draw.permutation(pooled)
            hits += bool(abs(shuffled[:k].mean() - shuffled[k:].mean()) >= seen - 1e-12)
        p_values.append((hits + 1) / (RELABELINGS + 1))
    return p_values
