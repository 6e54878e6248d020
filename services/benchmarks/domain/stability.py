"""How steady a model is: what of the variance comes from how it was asked.

A factor of the prompt (order, wording, cue, repeat) is measured on answers about the same person
and trait that differ in nothing else: half their mean squared difference is the variance that the
factor brings, its interaction with the item included (the facets of Brennan, "Generalizability
Theory", 2001). What a plain repeat brings is in every difference and is taken out of the others.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.benchmarks.domain.cells import REPEAT, cells_of, factors_of, varying
from services.benchmarks.domain.ratings import Ints, Ratings, number_of
from services.benchmarks.domain.resampling import Resampling
from services.seeding import generator
from services.statistics.bootstrap import resampled_sums, widened

Floats = NDArray[np.float64]
ROUNDING = 1e-9
OF_ALL = 3  # columns of all ratings: how many, their sum, the sum of their squares


@dataclass(frozen=True, kw_only=True)
class VarianceShare:
    """The variance that a factor brings to a rating, and its share of all variance of ratings.

    ``n_items`` of ``n_personas`` were asked under two levels of the factor or more; None where none
    was. The interval of the share, 95 %, is over resampled persons; None of one person. Without
    repeats ``includes_repeat`` is True: what a plain repeat would change is part of it.
    """

    factor: str
    n_items: int
    n_ratings: int
    n_personas: int
    variance: float | None
    share: float | None
    ci_low: float | None
    ci_high: float | None
    includes_repeat: bool


@dataclass(frozen=True, kw_only=True)
class VarianceShares:
    """The variance of aligned ratings, its factors, and what is left for persons and traits.

    ``rest`` is None where the shares are more than everything: what factors do only jointly counts
    for each of them, so that nothing is left to read off.
    """

    total: float | None
    n_ratings: int
    n_personas: int
    factors: tuple[VarianceShare, ...]
    rest: float | None


@dataclass(frozen=True)
class _Within:
    """A factor's cells with several ratings: their squares and freedom by unit, each (P,)."""

    squares: Floats
    freedom: Floats
    n_items: int
    n_ratings: int
    n_personas: int

    @property
    def n_units(self) -> int:
        """Return how many units, persons or pairs of twins, have such a cell."""
        return int((self.freedom > 0).sum())


def compute_variance_shares(
    ratings: Ratings, resampling: Resampling | None = None
) -> VarianceShares:
    """Return the share of each factor; all None of fewer than two ratings or equal ones."""
    names = list(factors_of(ratings))
    within = _within_cells(ratings, names)
    sums = _sums_of_units(ratings, within)
    total, variances, shares = _shares(sums.sum(axis=0)[None], names)
    draws = _drawn(sums, names, resampling or Resampling())
    rows = tuple(
        _row(name, one, variance, share, column, is_alone=within[names.index(REPEAT)].n_items == 0)
        for name, one, variance, share, column in zip(
            names, within, variances[0].tolist(), shares[0].tolist(), draws, strict=True
        )
    )
    together = sum(row.share for row in rows if row.share is not None)
    varies = bool(total[0] > 0)
    return VarianceShares(
        total=float(total[0]) if varies else None,
        n_ratings=len(ratings),
        n_personas=number_of(ratings.person),
        factors=rows,
        rest=max(0.0, 1 - together) if varies and together < 1 + ROUNDING else None,
    )


def _row(
    name: str, within: _Within, variance: float, share: float, draws: Floats, *, is_alone: bool
) -> VarianceShare:
    ends = widened(draws, share, within.n_units, (0, np.inf))
    return VarianceShare(
        factor=name,
        n_items=within.n_items,
        n_ratings=within.n_ratings,
        n_personas=within.n_personas,
        variance=None if np.isnan(variance) else variance,
        share=share if np.isfinite(share) else None,
        ci_low=ends.low if ends else None,
        ci_high=ends.high if ends else None,
        includes_repeat=name != REPEAT and is_alone,
    )


def _within_cells(ratings: Ratings, names: Sequence[str]) -> list[_Within]:
    """Return the squares of each factor: the cells of all that never vary are the same."""
    varies = set(varying(ratings)) if len(ratings) else set()
    made: dict[str | None, _Within] = {}
    for name in names:
        key = name if name in varies else None
        if key not in made:
            made[key] = _within(ratings, cells_of(ratings, name))
    return [made[name if name in varies else None] for name in names]


def _within(ratings: Ratings, cells: Ints) -> _Within:
    """Return the squares inside cells of two ratings or more."""
    sizes = np.bincount(cells)
    several = sizes > 1
    rows = np.flatnonzero(several[cells])
    values, cells = ratings.aligned[rows].astype(np.float64), cells[rows]
    means = np.bincount(cells, values, len(sizes)) / np.maximum(sizes, 1)
    persons, squares = ratings.person[rows], (values - means[cells]) ** 2
    units, number = ratings.unit[persons], len(ratings.personas)
    return _Within(
        squares=np.bincount(units, squares, minlength=number).astype(np.float64),
        freedom=np.rint(np.bincount(units, 1 - 1 / sizes[cells], minlength=number)),
        n_items=int(several.sum()),
        n_ratings=int(sizes[several].sum()),
        n_personas=number_of(persons),
    )


def _sums_of_units(ratings: Ratings, within: Sequence[_Within]) -> Floats:
    """Return what adds up over units that were rated: OF_ALL columns, then two of each factor."""
    values, number = ratings.aligned.astype(np.float64), len(ratings.personas)
    units = ratings.unit[ratings.person]
    columns: list[Floats] = [
        np.bincount(units, part, minlength=number).astype(np.float64)
        for part in (np.ones(len(values)), values, values**2)
    ]
    for one in within:
        columns += [one.squares, one.freedom]
    sums: Floats = np.column_stack(columns)
    return sums[sums[:, 0] > 0]


def _shares(sums: Floats, names: Sequence[str]) -> tuple[Floats, Floats, Floats]:
    """Return the variance of ratings (draws,), that of factors and their shares (draws, factors).

    NaN where a factor had one level only.
    """
    n, total, squares = sums[:, :OF_ALL].T
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.where(n > 1, (squares - total**2 / n) / (n - 1), 0.0)
        parts = sums[:, OF_ALL::2] / sums[:, OF_ALL + 1 :: 2]
        noise = parts[:, names.index(REPEAT)]
        others = np.maximum(0.0, parts - np.nan_to_num(noise)[:, None])
        is_repeat = np.array([name == REPEAT for name in names])
        variances = np.where(is_repeat | np.isnan(parts), parts, others)
        shares = variances / np.where(variance > 0, variance, np.nan)[:, None]
    return variance, variances, shares


def _drawn(sums: Floats, names: Sequence[str], options: Resampling) -> Floats:
    """Return the shares (factors, draws) of resampled persons, none of fewer than two."""
    if len(sums) < 2:
        return np.empty((len(names), 0))
    draw = generator(options.seed, "stability")
    return _shares(resampled_sums(sums, draw, options.draws), names)[2].T
