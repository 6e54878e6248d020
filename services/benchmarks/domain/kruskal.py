"""Whether any group of an attribute differs: Kruskal and Wallis (contract section 4.6).

``p_value`` is the χ² approximation of the contract, which takes ratings as independent; what is
to be reported is ``p_personas``, H against relabeled persons, and its q over the attributes.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

import numpy as np

from services.benchmarks.domain.metrics import filter_by_trait_category, level_counts
from services.benchmarks.domain.ratings import Grouping, Ints, Ratings
from services.benchmarks.domain.resampling import Family, Resampling
from services.seeding import generator
from services.statistics.multiplicity import ALPHA, benjamini_hochberg
from services.statistics.ordinal import (
    KruskalWallis,
    double_midranks,
    h_statistic,
    kruskal_wallis,
)
from services.statistics.relabel import LabeledUnits

MIN_RATINGS = 10  # of a group
EFFECT_BANDS = ((0.01, "negligible"), (0.06, "small"), (0.14, "medium"))
TIE = 1e-9  # H of equal rank sums differs by rounding only


@dataclass(frozen=True, kw_only=True)
class KruskalRow:
    """The test of one attribute; what could not be tested is None and not in the family.

    ``q_chi_square`` adjusts ``p_value``, ``q_value`` adjusts ``p_personas``.
    """

    attribute: str
    h_stat: float | None
    p_value: float | None
    eta_squared: float | None
    effect_interpretation: str | None
    n_groups: int
    n_total: int
    n_personas: int
    shown: bool
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
    some = filter_by_trait_category(ratings, trait_category)
    persons = person_levels(some)
    names = list(ratings.attributes if attributes is None else attributes)
    rows = [
        _row(
            persons,
            name,
            ratings.grouping(name),
            shown is None or name in shown,
            min_ratings,
            resampling or Resampling(),
        )
        for name in names
    ]
    rows = _with_q(rows, alpha)
    rows.sort(key=lambda row: (-(row.eta_squared or 0.0), row.attribute))
    tested = sum(row.p_personas is not None for row in rows)
    return KruskalTable(rows=tuple(rows), family=Family(name="attributes", size=tested))


def person_levels(ratings: Ratings, values: Ints | None = None) -> Ints:
    """Return how often each person has each rating (P, 5), aligned by default."""
    some = ratings.aligned if values is None else values
    return level_counts(ratings.person, some, len(ratings.personas))


def group_levels(persons: Ints, grouping: Grouping) -> Ints:
    """Return the level counts (groups, 5) of the groups of persons (P, 5)."""
    sums = [
        np.bincount(grouping.codes, column, minlength=len(grouping.names)) for column in persons.T
    ]
    return np.column_stack(sums).round().astype(np.int64)


def units_of_pool(persons: Ints, grouping: Grouping, codes: Iterable[int]) -> LabeledUnits:
    """Return the rated persons of some groups, numbered from 0 in the order of ``codes``."""
    numbers = np.full(len(grouping.names), -1)
    some = list(codes)
    numbers[some] = np.arange(len(some))
    pool = (numbers[grouping.codes] >= 0) & persons.any(axis=1)
    return LabeledUnits(persons[pool], numbers[grouping.codes[pool]])


def _row(
    persons: Ints,
    attribute: str,
    grouping: Grouping,
    is_shown: bool,  # noqa: FBT001
    min_ratings: int,
    resampling: Resampling,
) -> KruskalRow:
    levels = group_levels(persons, grouping)
    codes = np.flatnonzero(levels.sum(axis=1) >= max(min_ratings, 1))
    units = units_of_pool(persons, grouping, codes.tolist())
    tested = kruskal_wallis(levels[codes]) if is_shown and len(codes) > 1 else None
    p_personas = None
    if tested is not None and tested.h_stat is not None:
        draw = generator(resampling.seed, "kruskal", attribute)
        p_personas = _p_of_persons(units, draw, resampling.permutations)
    return _described(attribute, levels[codes], tested, p_personas, units, is_shown=is_shown)


def _described(
    attribute: str,
    levels: Ints,
    tested: KruskalWallis | None,
    p_personas: float | None,
    units: LabeledUnits,
    *,
    is_shown: bool,
) -> KruskalRow:
    eta = tested.eta_squared if tested else None
    return KruskalRow(
        attribute=attribute,
        h_stat=tested.h_stat if tested else None,
        p_value=tested.p_value if tested else None,
        eta_squared=eta,
        effect_interpretation=None if eta is None else effect_band(eta),
        n_groups=len(levels),
        n_total=int(levels.sum()),
        n_personas=len(units.codes),
        shown=is_shown,
        p_personas=p_personas,
    )


def _p_of_persons(units: LabeledUnits, draw: np.random.Generator, times: int) -> float | None:
    """Return (hits + 1)/(R + 1) of H over relabeled persons; the tie correction is the same."""
    if times <= 0:
        return None
    ranks = double_midranks(units.sums.sum(axis=0))
    seen = float(h_statistic(units.sums @ ranks, units.sums.sum(axis=-1)))
    drawn = units.relabeled(draw, times)
    hits = h_statistic(drawn @ ranks, drawn.sum(axis=-1)) >= seen - TIE * max(1.0, abs(seen))
    return (int(hits.sum()) + 1) / (times + 1)


def _with_q(rows: list[KruskalRow], alpha: float) -> list[KruskalRow]:
    tested = [row for row in rows if row.h_stat is not None]
    q_values = benjamini_hochberg([row.p_personas for row in tested])
    naive = benjamini_hochberg([row.p_value for row in tested])
    adjusted = {
        row.attribute: replace(row, q_value=q, q_chi_square=chi, significant=q < alpha)
        for row, q, chi in zip(tested, q_values, naive, strict=True)
    }
    return [adjusted.get(row.attribute, row) for row in rows]
