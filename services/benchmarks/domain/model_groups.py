"""Two models on every group of every attribute: how far their deltas differ on shared items.

One family: Holm over all groups of all attributes that the prompts of both runs show, so that
looking at one attribute after the other finds nothing that looking at all would not.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from services.benchmarks.domain.deltas import choose_baseline
from services.benchmarks.domain.models import BiasPair, detectable_bias, group_difference
from services.benchmarks.domain.ratings import Grouping, Ints, Mask, Ratings
from services.benchmarks.domain.resampling import Family, Resampling
from services.benchmarks.domain.shared_items import change_interval, shared_items
from services.seeding import generator
from services.statistics.multiplicity import ALPHA, holm
from services.statistics.permutation import PermutationP, alike, many_to_one_p

PER_TEST = 2  # so that the least p of a relabeling is at most half of alpha after Holm


@dataclass(frozen=True, kw_only=True)
class GroupPairs:
    """Every group of every attribute against its baseline, in both models; the family of p."""

    family: Family
    rows: tuple[BiasPair, ...]


def compare_groups(
    runs: Mapping[str, Ratings],
    *,
    attributes: Iterable[str],
    baselines: Mapping[str, str] | None = None,
    alpha: float = ALPHA,
    resampling: Resampling | None = None,
) -> GroupPairs:
    """Return how far the deltas of two runs differ, for each group of these attributes.

    The runs must have the same persons and traits in the same order. A baseline is the one named,
    where it has a shared item, else the group with the most. Permutations are raised where the
    family is so large that no p could get below alpha. Raises ValueError unless runs are two.
    """
    names, (first, second) = tuple(runs), tuple(runs.values())
    persons = shared_items(first, second).totals(len(first.personas))
    parts = [
        _Attribute(names, persons, name, first.grouping(name), (baselines or {}).get(name))
        for name in attributes
    ]
    size = sum(len(part.others) for part in parts)
    options = _options(resampling or Resampling(), size, alpha)
    rows = [row for part in parts for row in part.rows(options, alpha / max(size, 1))]
    adjusted = holm([row.p_value for row in rows])
    return GroupPairs(
        family=Family(name="all groups of all attributes", size=size),
        rows=tuple(
            replace(row, holm=p, significant=p is not None and p < alpha)
            for row, p in zip(rows, adjusted, strict=True)
        ),
    )


def _options(resampling: Resampling, size: int, alpha: float) -> Resampling:
    needed = math.ceil(PER_TEST * size / alpha)
    return replace(resampling, permutations=max(resampling.permutations, needed))


@dataclass(frozen=True)
class _Attribute:
    """An attribute of two runs; ``persons`` (P, 4) are items, change, first and second of each."""

    runs: Sequence[str]
    persons: Ints
    name: str
    grouping: Grouping
    preferred: str | None

    @cached_property
    def base(self) -> int | None:
        """Return the code of the baseline; None where no item is shared."""
        names, items = self.grouping.names, self.persons[:, 0]
        counts = np.bincount(self.grouping.codes, items, len(names)).astype(np.int64)
        known = [name for name, n in zip(names, counts, strict=True) if n]
        name = self.preferred if self.preferred in known else None
        return choose_baseline(self.grouping, counts, name)

    @cached_property
    def others(self) -> list[int]:
        """Return the codes of the groups with a shared item, less the baseline."""
        codes = np.unique(self.grouping.codes[self._shares]).tolist()
        return [code for code in codes if code != self.base]

    @property
    def _shares(self) -> Mask:
        return np.asarray(self.persons[:, 0] > 0)

    @cached_property
    def _units(self) -> tuple[Ints, Ints]:
        """Return what is relabeled (u, 4), persons or pairs of twins, and the group of each."""
        units, codes = self.grouping.units(self.persons)
        some = units[:, 0] > 0
        return units[some], codes[some]

    def rows(self, options: Resampling, level: float) -> list[BiasPair]:
        """Return every group against the baseline, tested; ``level`` is that of one test."""
        if self.base is None or not self.others:
            return []
        units, of_group = self._units
        kinds, places = alike(units[:, :2])
        codes = [self.base, *self.others]
        numbers = [np.bincount(places[of_group == one], minlength=len(kinds)) for one in codes]
        seeds = [self._generator(options, code) for code in self.others]
        tests = many_to_one_p(kinds, numbers[0], numbers[1:], seeds, options.permutations)
        return [
            self._row(code, level, test, draw, options.draws)
            for code, test, draw in zip(self.others, tests, seeds, strict=True)
        ]

    def _generator(self, options: Resampling, code: int) -> np.random.Generator:
        return generator(options.seed, "groups", *self.runs, self.name, self.grouping.names[code])

    def _row(
        self,
        code: int,
        level: float,
        test: PermutationP | None,
        draw: np.random.Generator,
        draws: int,
    ) -> BiasPair:
        """Return the row of a group; without an interval where one person is all of a group."""
        units, of_group = self._units
        sides = [units[of_group == one] for one in (code, self.base)]
        persons = [
            int((self._shares & (self.grouping.codes == one)).sum()) for one in (code, self.base)
        ]
        change, delta_a, delta_b = (group_difference(sides, column) for column in (1, 2, 3))
        ends = change_interval([side[:, :2] for side in sides], draw, draws)
        return BiasPair(
            a=self.runs[0],
            b=self.runs[1],
            attribute=self.name,
            category=self.grouping.names[code],
            baseline=self.grouping.names[self.base or 0],
            n_items=sum(int(side[:, 0].sum()) for side in sides),
            n_personas=sum(persons),
            n_personas_least=min(persons),
            delta_a=delta_a,
            delta_b=delta_b,
            difference_of_deltas=change,
            ci_low=ends[0] if ends else None,
            ci_high=ends[1] if ends else None,
            p_value=test.p_value if test else None,
            detectable=detectable_bias(sides, level),
        )
