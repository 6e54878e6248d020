"""How often something happens in each group, such as a refusal, with persons as units."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from services.benchmarks.domain.deltas import choose_baseline
from services.benchmarks.domain.ratings import Grouping, Ints
from services.benchmarks.domain.resampling import Family, Resampling
from services.seeding import generator
from services.statistics.clusters import cluster_error
from services.statistics.contingency import fisher_exact_p
from services.statistics.interval import (
    NOISE,
    normal_quantile,
    rate_difference_interval,
    score_interval,
    t_quantile,
)
from services.statistics.multiplicity import ALPHA, benjamini_hochberg
from services.statistics.permutation import (
    PermutationP,
    UnitGroups,
    alike,
    many_to_one_p,
    numbers_by_group,
)


@dataclass(frozen=True, kw_only=True)
class GroupRate:
    """``hits`` of ``n`` items in a group, and how its rate differs from the baseline's.

    The rate has a score interval with the standard error over persons; ``p_value`` relabels
    persons, ``fisher_p`` takes items as independent. Nothing is tested in the baseline's row.
    """

    category: str
    baseline: str
    hits: int
    n: int
    n_personas: int
    rate: float
    rate_low: float | None
    rate_high: float | None
    difference: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    p_value: float | None = None
    q_value: float | None = None
    significant: bool = False
    fisher_p: float | None = None


@dataclass(frozen=True, kw_only=True)
class RateTable:
    """The groups of an attribute, the highest rate first, and the family of their q values."""

    attribute: str
    event: str
    baseline: str | None
    shown: bool
    rows: tuple[GroupRate, ...]
    family: Family


@dataclass(frozen=True, kw_only=True)
class PersonEvents:
    """Items of each person and how many of them had the event, both (P,)."""

    items: Ints
    hits: Ints

    def units(self, grouping: Grouping) -> "RateUnits":
        """Return the units of the persons who have an item."""
        columns, codes = grouping.units(self._columns)
        some = columns[:, 0] > 0
        alike_ones = self._alike if grouping.clusters is None else alike(columns[some])
        return RateUnits(columns[some], codes[some], *alike_ones)

    @cached_property
    def _columns(self) -> Ints:
        return np.column_stack([self.items, self.hits])

    @cached_property
    def _alike(self) -> tuple[Ints, Ints]:
        return alike(self._columns[self.items > 0])


class RateUnits(NamedTuple):
    """Items and hits of units (u, 2), the group of each (u,), their kinds (v, 2) and (u,)."""

    columns: Ints
    codes: Ints
    kinds: Ints
    kind: Ints


def rate_table(
    events: PersonEvents,
    grouping: Grouping,
    names: tuple[str, str],
    baseline: str | None,
    resampling: Resampling,
    *,
    is_shown: bool = True,
) -> RateTable:
    """Return the rates of a grouping; ``names`` are the attribute and the event.

    The baseline is the group with the most items, or the one named. Raises UnknownChoiceError.
    """
    groups = len(grouping.names)
    items = np.bincount(grouping.codes, events.items, groups).round().astype(np.int64)
    base = choose_baseline(grouping, items, baseline)
    codes = [] if base is None else np.flatnonzero(items).tolist()
    units, persons = events.units(grouping), np.bincount(grouping.codes, events.items > 0, groups)
    rows = [
        _described(
            units.columns[units.codes == code], int(persons[code]), grouping, code, base or 0
        )
        for code in codes
    ]
    if is_shown and base is not None:
        rows = _tested(rows, units, grouping, grouping.names[base], names, resampling)
    return RateTable(
        attribute=names[0],
        event=names[1],
        baseline=None if base is None else grouping.names[base],
        shown=is_shown,
        family=Family(name=names[1], size=0),
        rows=tuple(sorted(rows, key=lambda row: (-row.rate, row.category))),
    )


def _described(units: Ints, persons: int, grouping: Grouping, code: int, base: int) -> GroupRate:
    """Return the row of a group of ``persons`` who are these ``units`` (u, 2)."""
    n, some = units.sum(axis=0).tolist()
    rate, number = some / n, len(units)
    error = cluster_error(units[:, 0], units[:, 1]) if number > 1 else 0.0
    low, high = score_interval(rate, error, _quantile(error, number), units=number) or (
        None,
        None,
    )
    return GroupRate(
        category=grouping.names[code],
        baseline=grouping.names[base],
        hits=some,
        n=n,
        n_personas=persons,
        rate=rate,
        rate_low=low,
        rate_high=high,
    )


def _quantile(error: float, persons: int) -> float:
    """Return how far an interval reaches: t's of few persons whose error was measured."""
    return t_quantile(persons - 1) if error > NOISE else normal_quantile()


def _tested(
    rows: Sequence[GroupRate],
    units: RateUnits,
    grouping: Grouping,
    baseline: str,
    names: tuple[str, str],
    resampling: Resampling,
) -> list[GroupRate]:
    """Return the rows, tested against the baseline, which is one of them."""
    kinds, numbers = units.kinds, numbers_by_group(units.codes, units.kind, len(units.kinds))
    others = [row for row in rows if row.category != baseline]
    groups = {row.category: numbers[grouping.names.index(row.category)] for row in rows}
    draws = [generator(resampling.seed, "rates", *names, row.category) for row in others]
    sides = [groups[row.category] for row in others]
    base = groups[baseline]
    tests = many_to_one_p(kinds, base, sides, draws, resampling.permutations)
    of_base = next(row for row in rows if row.category == baseline)
    compared = {}
    for row, side, test in zip(others, sides, tests, strict=True):
        both = UnitGroups(kinds=kinds, first=side, second=base)
        compared[row.category] = _compared(row, both, test, _ends(row, of_base))
    return [compared.get(row.category, row) for row in rows]


def _ends(row: GroupRate, base: GroupRate) -> tuple[float, float] | None:
    """Return the interval of the difference of two rates; None of one person, who may be anyone."""
    if min(row.n_personas, base.n_personas) < 2:
        return None
    first, second = (
        (one.rate, one.rate if one.rate_low is None else one.rate_low,
         one.rate if one.rate_high is None else one.rate_high)
        for one in (row, base)
    )  # fmt: skip
    return rate_difference_interval(first, second)


def _compared(
    row: GroupRate,
    units: UnitGroups,
    test: PermutationP | None,
    ends: tuple[float, float] | None,
) -> GroupRate:
    (n, hits), (n_base, hits_base) = units.first @ units.kinds, units.second @ units.kinds
    return replace(
        row,
        difference=float(hits / n - hits_base / n_base),
        ci_low=ends[0] if ends else None,
        ci_high=ends[1] if ends else None,
        p_value=test.p_value if test else None,
        fisher_p=fisher_exact_p(int(hits), int(n), int(hits_base), int(n_base)),
    )


def as_family(tables: Iterable[RateTable], name: str, alpha: float = ALPHA) -> list[RateTable]:
    """Return the tables with q values over all their groups but the baselines."""
    some = list(tables)
    tested = [row for table in some for row in table.rows if row.difference is not None]
    q_values = iter(benjamini_hochberg([row.p_value for row in tested]))
    family = Family(name=name, size=len(tested))
    return [replace(one, family=family, rows=_with_q(one.rows, q_values, alpha)) for one in some]


def _with_q(
    rows: Sequence[GroupRate], q_values: Iterable[float], alpha: float
) -> tuple[GroupRate, ...]:
    following = iter(q_values)
    adjusted = []
    for row in rows:
        q = None if row.difference is None else next(following)
        adjusted.append(replace(row, q_value=q, significant=q is not None and q < alpha))
    return tuple(adjusted)
