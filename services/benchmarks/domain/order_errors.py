"""How sure the figures about order are: persons as units, by linearisation.

Each figure depends on the table (5, 5) of pairs alone, and not on how many there are. Its influence
u of a person is its gradient times that person's own table; the error is √(m/(m - 1)·Σu²) over m
persons (Binder, International Statistical Review 51, 1983; for the mean of |diff| it is Cochran's
ratio of totals), the interval reaches t(m - 1) errors to either side.
"""

import math
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from services.benchmarks.domain.ratings import LEVELS, Ints
from services.statistics.agreement import correlations, kappa
from services.statistics.interval import NOISE, t_quantile
from services.statistics.ordinal import cliffs_delta

Ends = tuple[float, float] | None
Figure = Callable[[Ints], float | None]
FINE = 10_000  # pairs that one pair counts as, so that a step of one is small

SHARE, SIGNED = (0.0, 1.0), (-1.0, 1.0)


def _apart() -> Ints:
    levels = np.arange(LEVELS)
    return np.abs(np.subtract.outer(levels, levels))


def _mean_of(weights: Ints) -> Figure:
    return lambda table: float((table * weights).sum() / table.sum())


def _cliffs_delta(table: Ints) -> float:
    return float(cliffs_delta(table.sum(axis=1), table.sum(axis=0)))


FIGURES: Mapping[str, tuple[Figure, tuple[float, float]]] = {
    "exact_rate": (_mean_of((_apart() == 0).astype(np.int64)), SHARE),
    "mae": (_mean_of(_apart()), (0.0, LEVELS - 1.0)),
    "within1_rate": (_mean_of((_apart() <= 1).astype(np.int64)), SHARE),
    "cliffs_delta": (_cliffs_delta, SIGNED),
    "spearman": (lambda table: correlations(table).spearman, SIGNED),
    "kappa_quadratic": (lambda table: kappa(table, quadratic=True), SIGNED),
}


def order_intervals(tables: Ints) -> dict[str, Ends]:
    """Return the 95 % interval of each of FIGURES from the tables of persons (m, 5, 5).

    None of fewer than two persons, of a figure that is not defined, and where no person's pairs
    pull it: nothing is known of its error then.
    """
    return {name: _interval(tables, *figure) for name, figure in FIGURES.items()}


def _interval(tables: Ints, figure: Figure, bounds: tuple[float, float]) -> Ends:
    m, whole = len(tables), tables.sum(axis=0)
    value = figure(whole) if m > 1 else None
    gradient = None if value is None else _gradient(whole, figure)
    if value is None or gradient is None:
        return None
    pulls = (tables * gradient).sum(axis=(1, 2))
    error = math.sqrt(float(pulls @ pulls) * m / (m - 1))
    if error <= math.sqrt(NOISE):
        return None
    reach = t_quantile(m - 1) * error
    return max(bounds[0], value - reach), min(bounds[1], value + reach)


def _gradient(whole: Ints, figure: Figure) -> NDArray[np.float64] | None:
    """Return how much one more pair in a cell changes a figure (5, 5); 0 where no pair is."""
    gradient = np.zeros(whole.shape)
    for cell in zip(*np.nonzero(whole), strict=True):
        ends = []
        for step in (-1, 1):
            moved = whole * FINE
            moved[cell] += step
            ends.append(figure(moved))
        if ends[0] is None or ends[1] is None:
            return None
        gradient[cell] = (ends[1] - ends[0]) / 2 * FINE
    return gradient
