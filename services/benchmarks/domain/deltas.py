"""Groups against a baseline: the difference of mean aligned ratings, persons as units.

Contract section 4.4, made right by decisions 2 to 7: one sign (category minus baseline), whole
persons relabeled and resampled within the two groups, q over all groups of all attributes. What
the contract's own formulas give, every rating independent, is in ``naive`` for compatibility.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from services.benchmarks.domain.metrics import (
    group_levels,
    moments,
)
from services.benchmarks.domain.naive import NaiveDelta, naive_delta
from services.benchmarks.domain.persons import (
    GroupTotals,
    PersonCounts,
    PersonTotals,
    counts_of,
    group_totals,
)
from services.benchmarks.domain.ratings import LEVELS, Grouping, Ints, Ratings
from services.benchmarks.domain.resampling import Family, Resampling
from services.seeding import generator
from services.statistics.clusters import ClusterInterval, difference_interval
from services.statistics.multiplicity import ALPHA, benjamini_hochberg
from services.statistics.ordinal import mann_whitney
from services.statistics.permutation import (
    PermutationP,
    UnitGroups,
    alike,
    many_to_one_p,
    numbers_by_group,
    units_of,
)

WIDEST = (1.0 - LEVELS, LEVELS - 1.0)  # between which differences of mean ratings lie


@dataclass(frozen=True, kw_only=True)
class DeltaRow:
    """One group: how many, its mean, and how it differs from the baseline.

    Means are over items, both orders of one averaged; ``sd_*`` are of single ratings, ``se_delta``
    and the interval over persons (``delta_interval``). What is tested is None in the baseline's
    row, in a group of one person or of few who are alike (the interval) and where persons were
    rated without being shown the attribute; ``is_exact`` where all relabelings were counted.
    """

    category: str
    count: int
    n_personas: int
    mean: float
    baseline: str
    n_base: int
    n_personas_base: int
    mean_base: float
    sd_base: float | None
    n_cat: int
    mean_cat: float
    sd_cat: float | None
    delta: float | None = None
    cliffs_delta: float | None = None
    probability_of_superiority: float | None = None
    p_value: float | None = None
    q_value: float | None = None
    is_exact: bool = False
    significant: bool = False
    se_delta: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    naive: NaiveDelta | None = None


@dataclass(frozen=True, kw_only=True)
class DeltaTable:
    """The groups of an attribute by rising delta, the family of their q values, ``n`` ratings."""

    attribute: str
    baseline: str | None
    n: int
    n_personas: int
    shown: bool
    family: Family
    rows: tuple[DeltaRow, ...]


def compute_deltas(
    ratings: Ratings,
    *,
    attributes: Iterable[str] | None = None,
    baselines: Mapping[str, str] | None = None,
    shown: Collection[str] | None = None,
    trait_category: str | None = None,
    alpha: float = ALPHA,
    resampling: Resampling | None = None,
) -> dict[str, DeltaTable]:
    """Return the table of each attribute, tested as one family, whichever of them is asked for.

    ``baselines`` names the group to compare with, else it is the one with the most ratings, the
    first in the alphabet of equals. Attributes that are not in ``shown`` (None: all are) have
    counts and means and no test. Raises UnknownChoiceError of an attribute, baseline or category.
    """
    some = counts_of(ratings, trait_category)
    names = list(ratings.attributes if attributes is None else attributes)
    groupings = {name: ratings.grouping(name) for name in names}
    tables = [
        _table(
            some,
            name,
            grouping,
            (baselines or {}).get(name),
            shown is None or name in shown,
            resampling or Resampling(),
        )
        for name, grouping in groupings.items()
    ]
    return {table.attribute: table for table in _as_family(tables, trait_category, alpha)}


def compute_brief_deltas(
    counts: PersonCounts,
    groupings: Mapping[str, Grouping],
    *,
    baselines: Mapping[str, str] | None = None,
    shown: Collection[str] | None = None,
    alpha: float = ALPHA,
    resampling: Resampling | None = None,
) -> dict[str, DeltaTable]:
    """Return the tables of ``compute_deltas`` without intervals and without ``naive`` figures."""
    tables = [
        _table(
            counts,
            name,
            grouping,
            (baselines or {}).get(name),
            shown is None or name in shown,
            resampling or Resampling(),
            is_brief=True,
        )
        for name, grouping in groupings.items()
    ]
    return {table.attribute: table for table in _as_family(tables, None, alpha)}


def choose_baseline(grouping: Grouping, counts: Ints, name: str | None) -> int | None:
    """Return the code of the baseline: the one named, else the group with the most ratings.

    Names are in alphabetical order, so the first of equals is taken; None where nothing is rated.
    Raises UnknownChoiceError of a name that has no rating.
    """
    if name is not None:
        rated = tuple(one for one, n in zip(grouping.names, counts, strict=True) if n)
        replace(grouping, names=rated).code(name, "baseline")
        return grouping.code(name, "baseline")
    return int(counts.argmax()) if counts.any() else None


def _table(
    counts: PersonCounts,
    attribute: str,
    grouping: Grouping,
    baseline: str | None,
    is_shown: bool,  # noqa: FBT001
    resampling: Resampling,
    *,
    is_brief: bool = False,
) -> DeltaTable:
    totals, levels = counts.totals, group_levels(counts.levels, grouping)
    base = choose_baseline(grouping, levels.sum(axis=1), baseline)
    compared = _GroupDeltas(
        totals=totals,
        of_groups=group_totals(totals, grouping),
        attribute=attribute,
        grouping=grouping,
        levels=levels,
        base=base or 0,
        resampling=resampling,
        is_brief=is_brief,
    )
    codes = [] if base is None else np.flatnonzero(levels.any(axis=1)).tolist()
    describe = compared.rows if is_shown and codes else compared.described
    rows = describe(codes)
    return DeltaTable(
        attribute=attribute,
        baseline=None if base is None else grouping.names[base],
        n=int(levels.sum()),
        n_personas=int((totals.sizes > 0).sum()),
        shown=is_shown,
        family=Family(name="", size=0),
        rows=tuple(sorted(rows, key=lambda row: (row.delta or 0.0, row.category))),
    )


@dataclass(frozen=True, kw_only=True)
class _GroupDeltas:
    """An attribute whose groups are compared with ``base``; ``levels`` (groups, 5)."""

    totals: PersonTotals
    of_groups: GroupTotals
    attribute: str
    grouping: Grouping
    levels: Ints
    base: int
    resampling: Resampling
    is_brief: bool

    def rows(self, codes: list[int]) -> list[DeltaRow]:
        """Return the rows of these groups, tested; the baseline is one of them."""
        others = [code for code in codes if code != self.base]
        draws = [self._generator(code) for code in others]
        kinds, of_group = self._units(codes)
        base, groups = of_group[self.base], [of_group[code] for code in others]
        tests = many_to_one_p(kinds, base, groups, draws, self.resampling.permutations)
        rows = [self._base_row()]
        for code, draw, test in zip(others, draws, tests, strict=True):
            units = UnitGroups(kinds=kinds, first=of_group[code], second=base)
            ends = None if self.is_brief else delta_interval(units, self.totals.scale)
            rows.append(self._tested(code, test, ends, draw))
        return rows

    def described(self, codes: list[int]) -> list[DeltaRow]:
        """Return the rows of these groups with counts and means, nothing tested."""
        return [self._described(code) for code in codes]

    def _units(self, codes: list[int]) -> tuple[Ints, dict[int, Ints]]:
        """Return the kinds of persons (v, 2), and how many of each a group has (v,)."""
        if self.grouping.clusters is None:
            kinds, places = self.totals.alike
            groups = self.grouping.codes[self.totals.sizes > 0]
        else:
            units, groups = self.totals.units(self.grouping)
            kinds, places = alike(units)
        numbers = numbers_by_group(groups, places, len(kinds))
        return kinds, {code: numbers[code] for code in codes}

    def _generator(self, code: int) -> np.random.Generator:
        return generator(self.resampling.seed, "deltas", self.attribute, self.grouping.names[code])

    def _base_row(self) -> DeltaRow:
        return replace(
            self._described(self.base),
            delta=0.0,
            cliffs_delta=0.0,
            probability_of_superiority=0.5,
            naive=self._naive(self.base, self._generator(self.base)),
        )

    def _naive(self, code: int, draw: np.random.Generator) -> NaiveDelta | None:
        if self.is_brief:
            return None
        permutations = self.resampling.permutations
        return naive_delta(self.levels[self.base], self.levels[code], draw, permutations)

    def _described(self, code: int) -> DeltaRow:
        n_cat, _, sd_cat = moments(self.levels[code])
        n_base, _, sd_base = moments(self.levels[self.base])
        persons, means = self.of_groups.persons, self.of_groups.means
        return DeltaRow(
            category=self.grouping.names[code],
            count=n_cat,
            n_personas=int(persons[code]),
            mean=float(means[code]),
            baseline=self.grouping.names[self.base],
            n_base=n_base,
            n_personas_base=int(persons[self.base]),
            mean_base=float(means[self.base]),
            sd_base=sd_base,
            n_cat=n_cat,
            mean_cat=float(means[code]),
            sd_cat=sd_cat,
        )

    def _tested(
        self,
        code: int,
        tested: PermutationP | None,
        interval: ClusterInterval | None,
        draw: np.random.Generator,
    ) -> DeltaRow:
        row = self._described(code)
        ranks = mann_whitney(self.levels[self.base], self.levels[code])
        return replace(
            row,
            delta=row.mean_cat - row.mean_base,
            cliffs_delta=ranks.second_minus_first,
            probability_of_superiority=ranks.superiority,
            p_value=tested.p_value if tested else None,
            is_exact=tested is not None and tested.is_exact,
            se_delta=interval.error if interval else None,
            ci_low=interval.low if interval else None,
            ci_high=interval.high if interval else None,
            naive=self._naive(code, draw),
        )


def units_of_groups(totals: PersonTotals, grouping: Grouping, code: int, base: int) -> UnitGroups:
    """Return the persons of a group (first) and of the baseline (second) as units of a test."""
    units, codes = totals.units(grouping)
    both = (codes == code) | (codes == base)
    return units_of(units[both, 0], units[both, 1], codes[both] == code)


def delta_interval(units: UnitGroups, scale: int) -> ClusterInterval | None:
    """Return error and interval of first minus second between the means of persons.

    It lies within what can be. Where persons have unequally many ratings the difference of all
    ratings, which is shown and tested, is not quite its middle. None where a group has one person
    only, or few who are all alike: nothing is known of how persons differ (ADR 41 has why it is
    not a bootstrap).
    """
    means = units.kinds[:, 1] / (units.kinds[:, 0] * scale)
    first, second = (np.repeat(means, numbers) for numbers in (units.first, units.second))
    return difference_interval(first, second, WIDEST)


def _as_family(
    tables: list[DeltaTable], trait_category: str | None, alpha: float
) -> list[DeltaTable]:
    rows = [row for table in tables for row in table.rows if _is_tested(table, row)]
    q_values = iter(benjamini_hochberg([row.p_value for row in rows]))
    name = "all groups of all attributes"
    if trait_category not in (None, "all"):
        name += f", traits of {trait_category}"
    family = Family(name=name, size=len(rows))
    return [replace(one, family=family, rows=_with_q(one, q_values, alpha)) for one in tables]


def _is_tested(table: DeltaTable, row: DeltaRow) -> bool:
    return table.shown and row.category != table.baseline


def _with_q(table: DeltaTable, q_values: Iterator[float], alpha: float) -> tuple[DeltaRow, ...]:
    rows = []
    for row in table.rows:
        q = next(q_values) if _is_tested(table, row) else None
        rows.append(replace(row, q_value=q, significant=q is not None and q < alpha))
    return tuple(rows)
