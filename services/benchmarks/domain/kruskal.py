"""Whether any group of an attribute differs: Kruskal and Wallis (contract section 4.6).

``p_value`` is the χ² approximation of the contract, which takes ratings as independent; what is
to be reported is ``p_personas``, H against relabeled persons, and its q over the attributes.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from services.benchmarks.domain.metrics import group_levels
from services.benchmarks.domain.persons import counts_of
from services.benchmarks.domain.ratings import Grouping, Ints, Ratings
from services.benchmarks.domain.resampling import Family, Resampling
from services.seeding import generator
from services.statistics.multiplicity import ALPHA, benjamini_hochberg
from services.statistics.ordinal import (
    KruskalWallis,
    Sums,
    double_midranks,
    h_statistic,
    kruskal_wallis,
)
from services.statistics.relabel import LabeledUnits, relabeled_by

MIN_RATINGS = 10  # of a group
EFFECT_BANDS = ((0.01, "negligible"), (0.06, "small"), (0.14, "medium"))
TIE = 1e-9  # H of equal rank sums differs by rounding only


@dataclass(frozen=True, kw_only=True)
class KruskalRow:
    """The test of one attribute; what could not be tested is None and not in the family.

    ``q_chi_square`` adjusts ``p_value``, ``q_value`` adjusts ``p_personas``.
    """

    attribute: str
    n_groups: int
    n_total: int
    n_personas: int
    shown: bool
    h_stat: float | None = None
    p_value: float | None = None
    eta_squared: float | None = None
    effect_interpretation: str | None = None
    p_personas: float | None = None
    q_value: float | None = None
    q_chi_square: float | None = None
    significant: bool = False


@dataclass(frozen=True, kw_only=True)
class KruskalTable:
    """The attributes, the largest effect first, and the family of their q values."""

    rows: tuple[KruskalRow, ...]
    family: Family

    @property
    def significant_count(self) -> int:
        """Return how many attributes are significant."""
        return sum(row.significant for row in self.rows)


def effect_band(eta_squared: float) -> str:
    """Return the word for the size of η²: below .01, .06, .14, and above."""
    return next((word for limit, word in EFFECT_BANDS if eta_squared < limit), "large")


def compute_kruskal(
    ratings: Ratings,
    *,
    attributes: Iterable[str] | None = None,
    shown: Collection[str] | None = None,
    trait_category: str | None = None,
    min_ratings: int = MIN_RATINGS,
    alpha: float = ALPHA,
    resampling: Resampling | None = None,
) -> KruskalTable:
    """Return the test of each attribute over its groups with ``min_ratings`` or more.

    Raises UnknownChoiceError of an attribute or a category.
    """
    persons = counts_of(ratings, trait_category).levels
    names = list(ratings.attributes if attributes is None else attributes)
    tests = [_test_of(persons, name, ratings.grouping(name), min_ratings, shown) for name in names]
    rows = _with_q(_with_p(tests, resampling or Resampling()), alpha)
    rows.sort(key=lambda row: (-(row.eta_squared or 0.0), row.attribute))
    tested = sum(row.p_personas is not None for row in rows)
    return KruskalTable(rows=tuple(rows), family=Family(name="attributes", size=tested))


def units_of_pool(persons: Ints, grouping: Grouping, codes: Iterable[int]) -> LabeledUnits:
    """Return the rated persons of some groups, numbered from 0 in the order of ``codes``.

    Who is one unit with others is said by ``Grouping.units``.
    """
    numbers = np.full(len(grouping.names), -1)
    some = list(codes)
    numbers[some] = np.arange(len(some))
    units, groups = grouping.units(persons)
    pool = (numbers[groups] >= 0) & units.any(axis=1)
    return LabeledUnits(units[pool], numbers[groups[pool]])


def persons_in(persons: Ints, grouping: Grouping, codes: Iterable[int]) -> int:
    """Return how many rated persons (P, 5) some groups have."""
    return int((np.isin(grouping.codes, list(codes)) & persons.any(axis=1)).sum())


@dataclass(frozen=True)
class _AttributeTest:
    """A row without its p over persons, and the persons of its groups."""

    row: KruskalRow
    units: LabeledUnits


def _test_of(
    persons: Ints,
    attribute: str,
    grouping: Grouping,
    min_ratings: int,
    shown: Collection[str] | None,
) -> _AttributeTest:
    levels = group_levels(persons, grouping)
    codes = np.flatnonzero(levels.sum(axis=1) >= max(min_ratings, 1))
    units = units_of_pool(persons, grouping, codes.tolist())
    row = KruskalRow(
        attribute=attribute,
        n_groups=len(codes),
        n_total=int(levels[codes].sum()),
        n_personas=persons_in(persons, grouping, codes.tolist()),
        shown=shown is None or attribute in shown,
    )
    if row.shown and len(codes) > 1:
        row = _described(row, kruskal_wallis(levels[codes]))
    return _AttributeTest(row, units)


def _described(row: KruskalRow, test: KruskalWallis) -> KruskalRow:
    eta = test.eta_squared
    return replace(
        row,
        h_stat=test.h_stat,
        p_value=test.p_value,
        eta_squared=eta,
        effect_interpretation=None if eta is None else effect_band(eta),
    )


def _with_p(tests: Sequence[_AttributeTest], resampling: Resampling) -> list[KruskalRow]:
    """Return the rows with their p over persons: attributes of equal persons share shuffles."""
    pools: dict[bytes, list[_AttributeTest]] = {}
    for test in tests:
        if test.row.h_stat is not None:
            pools.setdefault(test.units.values.tobytes(), []).append(test)
    p_values: dict[str, float | None] = {}
    for pool in pools.values():
        draw = generator(resampling.seed, "kruskal", len(pool[0].units.codes))
        groupings = [test.units.codes for test in pool]
        times, values = resampling.permutations, _ranked(pool[0].units.values)
        drawn = relabeled_by(values, groupings, draw, times) if times > 0 else []
        for test, sums in zip(pool, drawn, strict=bool(drawn)):
            p_values[test.row.attribute] = _p_of_persons(test.units, sums)
    return [replace(test.row, p_personas=p_values.get(test.row.attribute)) for test in tests]


def _ranked(levels: Ints) -> Ints:
    """Return twice the rank sum and the number of each person's ratings (n, 2), of all (n, 5)."""
    ranks = double_midranks(levels.sum(axis=0))
    return np.column_stack([levels @ ranks, levels.sum(axis=1)])


def _p_of_persons(units: LabeledUnits, drawn: Sums) -> float:
    """Return (hits + 1)/(R + 1) of H over relabeled persons; the tie correction is the same.

    ``drawn`` (draws, g, 2) are sums of what ``_ranked`` gives: whoever is relabeled has its ranks.
    """
    ranks = double_midranks(units.sums.sum(axis=0))
    seen = float(h_statistic(units.sums @ ranks, units.sums.sum(axis=-1)))
    hits = h_statistic(drawn[..., 0], drawn[..., 1]) >= seen - TIE * max(1.0, abs(seen))
    return (int(hits.sum()) + 1) / (len(drawn) + 1)


def _with_q(rows: list[KruskalRow], alpha: float) -> list[KruskalRow]:
    tested = [row for row in rows if row.h_stat is not None]
    q_values = benjamini_hochberg([row.p_personas for row in tested])
    naive = benjamini_hochberg([row.p_value for row in tested])
    adjusted = {
        row.attribute: replace(row, q_value=q, q_chi_square=chi, significant=q < alpha)
        for row, q, chi in zip(tested, q_values, naive, strict=True)
    }
    return [adjusted.get(row.attribute, row) for row in rows]
