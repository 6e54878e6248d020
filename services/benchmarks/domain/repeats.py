"""Test-retest: how far answers to one question, asked again word for word, agree."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.benchmarks.domain.cells import REPEAT, cells_of
from services.benchmarks.domain.ratings import LEVELS, Ints, Ratings, level_counts, number_of
from services.benchmarks.domain.resampling import Resampling
from services.seeding import generator
from services.statistics.bootstrap import resampled_sums, widened

Floats = NDArray[np.float64]
Ends = tuple[float, float] | None
BOUNDS = ((0, 1), (0, 1), (0, LEVELS - 1), (-1, 1))  # of the shares, the distance and ICC
NOTHING = 1e-9  # squares that are 0 but for rounding


@dataclass(frozen=True, kw_only=True)
class RepeatAgreement:
    """Repeats of one question: over all pairs, share of equal and of within one, mean |diff|.

    ``icc`` is ICC(1), the share of the variance that is between questions. Each has its 95 %
    interval over resampled persons; None of one person, and where persons are all alike.
    """

    n_items: int
    n_ratings: int
    n_personas: int
    exact_rate: float
    within1_rate: float
    mean_abs_diff: float
    icc: float | None
    exact_rate_ci: Ends
    within1_rate_ci: Ends
    mean_abs_diff_ci: Ends
    icc_ci: Ends


def compute_repeat_agreement(
    ratings: Ratings, resampling: Resampling | None = None
) -> RepeatAgreement | None:
    """Return the test-retest agreement of repeats; None where nothing was asked twice alike."""
    sums, persons = _sums_of_cells(ratings)
    if not len(sums):
        return None
    by_unit = _added_up(sums, ratings.unit[persons])
    total = sums.sum(axis=0)
    options = resampling or Resampling()
    ends = _intervals(by_unit, options)
    exact, within1, apart, icc = _agreement(total[None])[0].tolist()
    return RepeatAgreement(
        n_items=len(sums),
        n_ratings=int(total[LEVELS + 1]),
        n_personas=number_of(persons),
        exact_rate=exact,
        within1_rate=within1,
        mean_abs_diff=apart,
        icc=None if np.isnan(icc) else icc,
        exact_rate_ci=ends[0],
        within1_rate_ci=ends[1],
        mean_abs_diff_ci=ends[2],
        icc_ci=ends[3],
    )


def _sums_of_cells(ratings: Ratings) -> tuple[Floats, Ints]:
    """Return what adds up over cells with several ratings (m, 11), and their persons (m,).

    Pairs of ratings that lie 0 to 4 apart; 1, n, n², S²/n, S and Q of a cell with n ratings, their
    sum S and the sum Q of their squares.
    """
    all_cells = cells_of(ratings, REPEAT)
    rows = np.bincount(all_cells)[all_cells] > 1
    if not rows.any():
        return np.empty((0, LEVELS + 6)), all_cells[:0]
    _, first, cells = np.unique(all_cells[rows], return_index=True, return_inverse=True)
    counts = level_counts(cells.reshape(-1), ratings.raw[rows], len(first))
    persons = ratings.person[rows][first]
    levels = np.arange(1, LEVELS + 1)
    n, sums = counts.sum(axis=1), counts @ levels
    of_cells = [np.ones(len(n)), n, n**2, sums**2 / np.maximum(n, 1), sums, counts @ levels**2]
    return np.column_stack([_pairs_apart(counts), *of_cells]).astype(np.float64), persons


def _pairs_apart(counts: Ints) -> Ints:
    """Return how many pairs of answers of each cell lie 0, 1, … 4 apart (m, 5)."""
    apart = [(counts * (counts - 1) // 2).sum(axis=1)]
    apart += [
        (counts[:, step:] * counts[:, : LEVELS - step]).sum(axis=1) for step in range(1, LEVELS)
    ]
    return np.column_stack(apart)


def _added_up(sums: Floats, units: Ints) -> Floats:
    """Return the sums (u, c) of the cells of each unit that has any; ``units`` are (m,)."""
    _, codes = np.unique(units, return_inverse=True)
    return np.column_stack([np.bincount(codes.reshape(-1), column) for column in sums.T])


def _agreement(sums: Floats) -> Floats:
    """Return share of equal, share within one, mean |diff| and ICC (draws, 4) of sums (draws, c).

    ICC(1) = (MSB - MSW)/(MSB + (k₀ - 1)·MSW) of cells of unequal size, with k₀ =
    (N - Σn²/N)/(m - 1) (Donner, International Statistical Review 54, 1986); NaN where it is not
    defined.
    """
    apart = sums[:, :LEVELS]
    m, n, n_squared, of_cells, total, squares = sums[:, LEVELS:].T
    with np.errstate(divide="ignore", invalid="ignore"):
        between = (of_cells - total**2 / n) / (m - 1)
        within = (squares - of_cells) / (n - m)
        typical = (n - n_squared / n) / (m - 1)
        bottom = between + (typical - 1) * within
        icc = np.where(np.abs(bottom) < NOTHING, np.nan, (between - within) / bottom)
        shares = apart / apart.sum(axis=1, keepdims=True)
    steps = shares @ np.arange(LEVELS)
    return np.column_stack([shares[:, 0], shares[:, :2].sum(axis=1), steps, icc])


def _intervals(by_unit: Floats, options: Resampling) -> list[Ends]:
    if len(by_unit) < 2:
        return [None] * 4
    draw = generator(options.seed, "repeats")
    values = _agreement(resampled_sums(by_unit, draw, options.draws))
    seen = _agreement(by_unit.sum(axis=0)[None])[0].tolist()
    ends = [
        widened(column, one, len(by_unit), bounds)
        for column, one, bounds in zip(values.T, seen, BOUNDS, strict=True)
    ]
    return [None if one is None else (one.low, one.high) for one in ends]
