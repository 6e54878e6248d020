"""How far two readings of the same things agree, from the table (k, k) of their levels 1 to k."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Table = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Correlations:
    """Pearson's r, Spearman's ρ and Kendall's τ-b; None where a side is constant."""

    pearson: float | None
    spearman: float | None
    kendall: float | None


@dataclass(frozen=True, kw_only=True)
class ChanceCorrected:
    """Agreement beyond chance: Cohen's κ, κ with quadratic weights, ICC(2,1); None if undefined."""

    kappa: float | None
    kappa_quadratic: float | None
    icc_2_1: float | None


def table_of_pairs(first: Table, second: Table, levels: int) -> Table:
    """Return how often each pair of levels (1 to ``levels``) is there, ``first`` in rows."""
    places = (first - 1) * levels + second - 1
    return np.bincount(places, minlength=levels**2).reshape(levels, levels)


def correlations(table: Table) -> Correlations:
    """Return three correlations; ties have midranks (ρ) and the b correction (τ)."""
    levels = np.arange(len(table), dtype=np.float64)
    sides = table.sum(axis=1), table.sum(axis=0)
    ranks = [np.cumsum(side) - (side - 1) / 2 for side in sides]
    return Correlations(
        pearson=_pearson(table, levels, levels),
        spearman=_pearson(table, ranks[0], ranks[1]),
        kendall=_tau_b(table),
    )


def _pearson(table: Table, x: NDArray[np.float64], y: NDArray[np.float64]) -> float | None:
    n = int(table.sum())
    if n < 2 or _is_constant(table):
        return None
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    dx, dy = x - rows @ x / n, y - columns @ y / n
    spread = math.sqrt((rows @ dx**2) * (columns @ dy**2))
    return _bounded(float(dx @ table @ dy) / spread)


def _is_constant(table: Table) -> bool:
    sides = table.sum(axis=1), table.sum(axis=0)
    return any(np.count_nonzero(side) < 2 for side in sides)


def _bounded(value: float) -> float:
    return min(1.0, max(-1.0, value))


def _tau_b(table: Table) -> float | None:
    """Return (C - D)/√((P - Tx)(P - Ty)) (Kendall, Biometrika 33, 1945)."""
    if _is_constant(table):
        return None
    counts = [[int(cell) for cell in row] for row in table]
    k, concordant, discordant = len(counts), 0, 0
    for i in range(k):
        for j in range(k):
            below = table[i + 1 :]
            concordant += counts[i][j] * int(below[:, j + 1 :].sum())
            discordant += counts[i][j] * int(below[:, :j].sum())
    n = int(table.sum())
    free = [(n * n - sum(int(total) ** 2 for total in table.sum(axis=axis))) / 2 for axis in (0, 1)]
    return _bounded((concordant - discordant) / math.sqrt(free[0] * free[1]))


def agreement(table: Table) -> ChanceCorrected:
    """Return the chance-corrected agreement of a table of pairs."""
    return ChanceCorrected(
        kappa=kappa(table, quadratic=False),
        kappa_quadratic=kappa(table, quadratic=True),
        icc_2_1=icc_2_1(table),
    )


def kappa(table: Table, *, quadratic: bool) -> float | None:
    """Return Cohen's κ, with weights (i - j)² on request; None where chance agrees fully.

    1 - Σ w·observed / Σ w·expected (Cohen, Psychological Bulletin 70, 1968).
    """
    n = int(table.sum())
    if n == 0:
        return None
    places = np.arange(len(table))
    apart = np.subtract.outer(places, places)
    weights = apart**2 if quadratic else (apart != 0).astype(np.int64)
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / n
    chance = float((weights * expected).sum())
    return None if chance == 0 else 1 - float((weights * table).sum()) / chance


def icc_2_1(table: Table) -> float | None:
    """Return ICC(2,1), two readings, two-way random effects, absolute agreement.

    (MSR - MSE)/(MSR + MSE + 2(MSC - MSE)/n) (Shrout and Fleiss, Psychological Bulletin 86, 1979);
    None of fewer than two pairs, or where nothing varies.
    """
    n = int(table.sum())
    if n < 2:
        return None
    levels = np.arange(1, len(table) + 1, dtype=np.float64)
    half, gap = np.add.outer(levels, levels) / 2, np.subtract.outer(levels, levels)
    middle, shift = float((table * half).sum()) / n, float((table * gap).sum()) / n
    msr = 2 * float((table * (half - middle) ** 2).sum()) / (n - 1)
    msc = n * shift**2 / 2
    mse = float((table * (gap - shift) ** 2).sum()) / 2 / (n - 1)
    bottom = msr + mse + 2 * (msc - mse) / n
    return None if bottom <= 0 else (msr - mse) / bottom
