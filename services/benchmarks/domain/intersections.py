"""Two attributes at once, such as gender × origin: small groups, drawn towards what is common.

A cell is compared with all other persons. Cells are a family of their own, and their sizes differ
much, so each difference is also shown shrunken: times τ²/(τ² + SE²), where τ² is the variance
between cells (empirical Bayes; Morris, J. Am. Stat. Assoc. 78, 1983). ``interaction`` is what
remains when the effect of either attribute alone is taken out.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from services.benchmarks.domain.deltas import delta_interval
from services.benchmarks.domain.metrics import filter_by_trait_category
from services.benchmarks.domain.persons import PersonTotals, totals_of
from services.benchmarks.domain.ratings import Grouping, Ints, Ratings
from services.benchmarks.domain.resampling import Family, Resampling
from services.seeding import generator
from services.statistics.equivalence import welch_test
from services.statistics.multiplicity import ALPHA, benjamini_hochberg
from services.statistics.permutation import two_sample_p, units_of
from services.statistics.pooling import pooled_effect

MIN_CELL = 5  # persons


@dataclass(frozen=True, kw_only=True)
class IntersectionCell:
    """Persons with one value of each attribute against all others.

    ``delta`` is the mean of the cell minus that of all other persons, over items, with its 95 %
    interval over persons; ``shrunken`` is it drawn towards 0, ``interaction`` is the mean
    of its persons minus what both attributes say alone, shrunken likewise. A cell of fewer than
    MIN_CELL persons has counts and a mean only.
    """

    first: str
    second: str
    count: int
    n_personas: int
    mean: float
    delta: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    se: float | None = None
    shrunken: float | None = None
    interaction: float | None = None
    interaction_shrunken: float | None = None
    p_value: float | None = None
    q_value: float | None = None
    significant: bool = False


@dataclass(frozen=True, kw_only=True)
class Intersections:
    """The cells of two attributes by rising delta; ``tau2`` is the variance between them."""

    attributes: tuple[str, str]
    cells: tuple[IntersectionCell, ...]
    tau2: float | None
    family: Family


def compute_intersections(
    ratings: Ratings,
    first: str,
    second: str,
    *,
    trait_category: str | None = None,
    min_personas: int = MIN_CELL,
    alpha: float = ALPHA,
    resampling: Resampling | None = None,
) -> Intersections:
    """Return the cells that have a rating. Raises UnknownChoiceError."""
    some = filter_by_trait_category(ratings, trait_category)
    sides = some.grouping(first), some.grouping(second)
    totals = totals_of(some)
    crossed = sides[0].codes * len(sides[1].names) + sides[1].codes
    counts = np.bincount(crossed[some.person], minlength=len(sides[0].names) * len(sides[1].names))
    options = resampling or Resampling()
    cells = [
        _cell(totals, crossed, code, sides, int(counts[code]), min_personas, options)
        for code in np.flatnonzero(counts).tolist()
    ]
    name = f"cells of {first} × {second}"
    return _shrunken(cells, _interactions(totals, sides, crossed), (first, second), name, alpha)


def _cell(
    totals: PersonTotals,
    crossed: Ints,
    code: int,
    sides: tuple[Grouping, Grouping],
    count: int,
    min_personas: int,
    options: Resampling,
) -> IntersectionCell:
    rated = totals.sizes > 0
    ours, others = rated & (crossed == code), rated & (crossed != code)
    names = _names(sides, code)
    cell = IntersectionCell(
        first=names[0],
        second=names[1],
        count=count,
        n_personas=int(ours.sum()),
        mean=totals.mean_of(ours),
    )
    if cell.n_personas < max(min_personas, 1) or not others.any():
        return cell
    two = Grouping(names=("others", "ours"), codes=ours.astype(int), clusters=sides[0].clusters)
    columns, codes = totals.units(two)
    units = units_of(columns[:, 0], columns[:, 1], codes == 1)
    means = columns[:, 1] / (columns[:, 0] * totals.scale)
    draw = generator(options.seed, "intersections", *names)
    tested = two_sample_p(units, draw, options.permutations)
    welch = welch_test(means[codes == 1], means[codes == 0])
    ends = delta_interval(units, totals.scale)
    return replace(
        cell,
        delta=cell.mean - totals.mean_of(others),
        ci_low=ends.low if ends else None,
        ci_high=ends.high if ends else None,
        se=welch.error if welch else None,
        p_value=tested.p_value if tested else None,
    )


def _interactions(
    totals: PersonTotals, sides: tuple[Grouping, Grouping], crossed: Ints
) -> dict[tuple[str, str], tuple[float, float]]:
    """Return for each cell the mean residual of its persons and the standard error of it.

    Residuals of the least squares fit of person means on both attributes, without interaction.
    """
    rated = totals.sizes > 0
    means = totals.means[rated]
    columns = [np.eye(len(side.names))[side.codes[rated]] for side in sides]
    design = np.hstack(columns)
    rest = means - design @ np.linalg.lstsq(design, means, rcond=None)[0]
    freedom = len(means) - int(np.linalg.matrix_rank(design))
    spread = math.sqrt(float(rest @ rest) / freedom) if freedom > 0 else 0.0
    codes = crossed[rated]
    sizes = np.bincount(codes)
    residuals = np.bincount(codes, rest)
    return {
        _names(sides, code): (
            float(residuals[code] / sizes[code]),
            spread / math.sqrt(int(sizes[code])),
        )
        for code in np.flatnonzero(sizes).tolist()
    }


def _names(sides: tuple[Grouping, Grouping], code: int) -> tuple[str, str]:
    """Return the values of both attributes that the number of a cell stands for."""
    first, second = divmod(code, len(sides[1].names))
    return sides[0].names[first], sides[1].names[second]


def _shrunken(
    cells: Sequence[IntersectionCell],
    interactions: dict[tuple[str, str], tuple[float, float]],
    attributes: tuple[str, str],
    family: str,
    alpha: float,
) -> Intersections:
    tested = [cell for cell in cells if cell.delta is not None]
    q_values = benjamini_hochberg([cell.p_value for cell in tested])
    between = _between([(cell.delta or 0.0, cell.se) for cell in tested])
    rest = [interactions[cell.first, cell.second] for cell in tested]
    rest_between = _between(rest)
    adjusted = [
        replace(
            cell,
            shrunken=_drawn_in(cell.delta or 0.0, cell.se, between),
            interaction=left[0],
            interaction_shrunken=_drawn_in(*left, rest_between),
            q_value=q,
            significant=q < alpha,
        )
        for cell, left, q in zip(tested, rest, q_values, strict=True)
    ]
    small = [cell for cell in cells if cell.delta is None]
    adjusted.sort(key=lambda cell: (cell.delta or 0.0, cell.first, cell.second))
    return Intersections(
        attributes=attributes,
        cells=(*adjusted, *small),
        tau2=between,
        family=Family(name=family, size=len(tested)),
    )


def _between(effects: Sequence[tuple[float, float | None]]) -> float | None:
    """Return the variance between effects beyond their errors, by the method of moments."""
    pooled = pooled_effect([one for one, _ in effects], [se for _, se in effects])
    return None if pooled is None else pooled.tau2 or 0.0


def _drawn_in(effect: float, se: float | None, between: float | None) -> float | None:
    """Return effect · τ²/(τ² + SE²); None where the error is unknown."""
    if se is None or between is None or between + se**2 == 0:
        return None
    return effect * between / (between + se**2)
