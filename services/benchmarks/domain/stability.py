"""How steady a model is: what of the variance comes from how it was asked, and test-retest.

A factor of the prompt (order, wording, cue, repeat) is measured on answers about the same person
and trait that differ in nothing else: half their mean squared difference is the variance that the
factor brings, its interaction with the item included (the facets of Brennan, "Generalizability
Theory", 2001). What a plain repeat brings is in every difference and is taken out of the others.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.benchmarks.domain.metrics import level_counts
from services.benchmarks.domain.ratings import Ints, Ratings

ORDER, REPEAT = "order", "repeat"


@dataclass(frozen=True, kw_only=True)
class VarianceShare:
    """The variance that a factor brings to a rating, and its share of all variance of ratings.

    ``n_items`` were asked under two levels of the factor or more; None where none was. Without
    repeats ``includes_repeat`` is True: what a plain repeat would change is part of it.
    """

    factor: str
    n_items: int
    n_ratings: int
    variance: float | None
    share: float | None
    includes_repeat: bool


@dataclass(frozen=True, kw_only=True)
class VarianceShares:
    """The variance of aligned ratings, its factors, and what is left for persons and traits."""

    total: float | None
    factors: tuple[VarianceShare, ...]
    rest: float | None


@dataclass(frozen=True, kw_only=True)
class RepeatAgreement:
    """Repeats of one question: over all pairs, share of equal and of within one, mean |diff|.

    ``icc`` is ICC(1), the share of the variance that is between questions.
    """

    n_items: int
    n_ratings: int
    exact_rate: float
    within1_rate: float
    mean_abs_diff: float
    icc: float | None


def compute_variance_shares(ratings: Ratings) -> VarianceShares:
    """Return the share of each factor; all None of fewer than two ratings or equal ones."""
    values = ratings.aligned.astype(np.float64)
    total = float(values.var(ddof=1)) if len(values) > 1 else 0.0
    columns = {ORDER: ratings.is_reversed.astype(np.int64), **ratings.factors}
    noise = _within(values, _cells(ratings, columns, REPEAT))[0]
    rows = tuple(_share(ratings, columns, name, total, noise) for name in columns)
    known = [row.share for row in rows if row.share is not None]
    return VarianceShares(
        total=total or None,
        factors=rows,
        rest=max(0.0, 1 - sum(known)) if total > 0 else None,
    )


def _share(
    ratings: Ratings, columns: dict[str, Ints], factor: str, total: float, noise: float | None
) -> VarianceShare:
    values = ratings.aligned.astype(np.float64)
    variance, n_items, n_ratings = _within(values, _cells(ratings, columns, factor))
    if variance is not None and factor != REPEAT:
        variance = max(0.0, variance - (noise or 0.0))
    return VarianceShare(
        factor=factor,
        n_items=n_items,
        n_ratings=n_ratings,
        variance=variance,
        share=variance / total if variance is not None and total > 0 else None,
        includes_repeat=factor != REPEAT and noise is None,
    )


def _cells(ratings: Ratings, columns: dict[str, Ints], left_out: str) -> Ints:
    """Return a number (n,) that is equal where everything but the factor ``left_out`` is."""
    keys = ratings.person * len(ratings.traits) + ratings.trait
    if not len(keys):
        return keys
    for name, column in columns.items():
        if name == left_out or not np.ptp(column):
            continue
        _, codes = np.unique(column, return_inverse=True)
        keys = keys * (int(codes.max()) + 1) + codes.reshape(-1)
    _, cells = np.unique(keys, return_inverse=True)
    return np.asarray(cells.reshape(-1))


def _within(values: NDArray[np.float64], cells: Ints) -> tuple[float | None, int, int]:
    """Return the pooled variance inside cells of two values or more, such cells and values."""
    sizes = np.bincount(cells)
    several = sizes > 1
    n_cells, n_values = int(several.sum()), int(sizes[several].sum())
    if not n_cells:
        return None, 0, 0
    means = np.bincount(cells, values) / np.maximum(sizes, 1)
    squares = np.bincount(cells, (values - means[cells]) ** 2)
    return float(squares[several].sum()) / (n_values - n_cells), n_cells, n_values


def compute_repeat_agreement(ratings: Ratings) -> RepeatAgreement | None:
    """Return the test-retest agreement of repeats; None where nothing was asked twice alike."""
    columns = {ORDER: ratings.is_reversed.astype(np.int64), **ratings.factors}
    cells = _cells(ratings, columns, REPEAT)
    if not len(cells):
        return None
    counts = level_counts(cells, ratings.raw, int(cells.max()) + 1)
    counts = counts[counts.sum(axis=1) > 1]
    if not len(counts):
        return None
    apart = _pairs_apart(counts)
    pairs = sum(apart)
    return RepeatAgreement(
        n_items=len(counts),
        n_ratings=int(counts.sum()),
        exact_rate=apart[0] / pairs,
        within1_rate=(apart[0] + apart[1]) / pairs,
        mean_abs_diff=sum(step * n for step, n in enumerate(apart)) / pairs,
        icc=_icc(counts),
    )


def _pairs_apart(counts: Ints) -> list[int]:
    """Return how many pairs of answers of one cell lie 0, 1, … 4 apart."""
    levels = counts.shape[1]
    apart = [int((counts * (counts - 1) // 2).sum())]
    return apart + [
        int((counts[:, step:] * counts[:, : levels - step]).sum()) for step in range(1, levels)
    ]


def _icc(counts: Ints) -> float | None:
    """Return ICC(1) = (MSB - MSW)/(MSB + (k₀ - 1)·MSW) of cells (m, 5) of unequal size.

    k₀ = (N - Σn²/N)/(m - 1) (Donner, International Statistical Review 54, 1986).
    """
    levels = np.arange(1, counts.shape[1] + 1)
    sizes, sums = counts.sum(axis=1), counts @ levels
    m, n = len(sizes), int(sizes.sum())
    if m < 2:
        return None
    squares = float((counts @ levels**2).sum())
    of_cells = float((sums**2 / sizes).sum())
    between = (of_cells - float(sums.sum()) ** 2 / n) / (m - 1)
    within = (squares - of_cells) / (n - m)
    typical = (n - float((sizes**2).sum()) / n) / (m - 1)
    bottom = between + (typical - 1) * within
    return None if math.isclose(bottom, 0.0, abs_tol=1e-12) else (between - within) / bottom
