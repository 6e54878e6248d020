"""Prediction intervals by horizon step from the residuals of the validation block.

Split conformal prediction: Vovk, Gammerman and Shafer, "Algorithmic Learning in a Random World"
(2005); Lei, G'Sell, Rinaldo, Tibshirani and Wasserman, "Distribution-free predictive inference for
regression", JASA 113 (2018). Where validation and test rows are exchangeable, an interval covers
with at least 1 - α. Rows of a time series are not, so the coverage is measured (``coverage.py``).
"""

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike

from services.forecasting.evaluation.arrays import Floats, cells, windows

ALPHA = 0.1


@dataclass(frozen=True, kw_only=True)
class ConformalWidths:
    """Half widths (steps,) from ``n`` validation windows, infinite where the interval is unbounded.

    ``needed`` is how many windows a bounded interval takes at this ``alpha``.
    """

    alpha: float
    n: int
    needed: int
    half_widths: Floats

    @property
    def is_bounded(self) -> bool:
        """Return whether every step has a finite interval."""
        return bool(np.isfinite(self.half_widths).all())

    def plain(self) -> list[float | None]:
        """Return the half widths as JSON takes them, None where unbounded."""
        return cells(self.half_widths)

    def note(self) -> str | None:
        """Say why the interval is unbounded, None where it is not."""
        if self.n < self.needed:
            windows = "window is" if self.n == 1 else "windows are"
            return (
                f"{self.n} validation {windows} too few for a {_percent(self.alpha)} % "
                f"interval: it takes {self.needed} or more. The interval is unbounded."
            )
        if self.is_bounded:
            return None
        return "Residuals of the validation block are no numbers: the interval is unbounded."


def rank(n: int, alpha: float) -> int:
    """Return which of n ascending residuals is the quantile: ⌈(n + 1)(1 - α)⌉; above n is none.

    In exact arithmetic of α as it is written. ValueError of an α that is not between 0 and 1.
    """
    if not 0 < alpha < 1:
        raise ValueError(f"alpha is {alpha}: expected a share between 0 and 1, such as 0.1")
    return math.ceil((n + 1) * (1 - Fraction(repr(float(alpha)))))


def windows_needed(alpha: float) -> int:
    """Return how many residuals a bounded interval takes: the least n with rank(n, α) ≤ n."""
    rank(0, alpha)
    return math.ceil(1 / Fraction(repr(float(alpha)))) - 1


def conformal_widths(
    truth: ArrayLike, forecast: ArrayLike, alpha: float = ALPHA
) -> ConformalWidths:
    """Return the half widths of intervals from the validation block (n, steps).

    Each step has the ``rank``-th smallest of its absolute residuals. A residual that is no number
    counts as infinite, so that the interval is never too narrow for it.
    """
    t, p = windows(truth, forecast)
    with np.errstate(invalid="ignore"):
        residuals = np.abs(t - p)
    residuals[np.isnan(residuals)] = np.inf
    n, steps = residuals.shape
    at = rank(n, alpha)
    widths = np.full(steps, np.inf)
    if at <= n:
        widths = np.partition(residuals, at - 1, axis=0)[at - 1]
    return ConformalWidths(
        alpha=alpha, n=n, needed=windows_needed(alpha), half_widths=np.asarray(widths)
    )


def prediction_interval(
    forecast: ArrayLike,
    widths: ConformalWidths,
    bounds: tuple[float | None, float | None] = (None, None),
) -> tuple[Floats, Floats]:
    """Return the lower and upper ends around a forecast (n, steps) or (steps,), ±∞ if unbounded.

    ``bounds`` are the physical limits of the output: the ends are cut there, which loses nothing,
    as the truth never lies beyond. A forecast that is no number bounds nothing.
    """
    centre = np.asarray(forecast, dtype=np.float64)
    floor = -np.inf if bounds[0] is None else bounds[0]
    ceiling = np.inf if bounds[1] is None else bounds[1]
    with np.errstate(invalid="ignore"):
        low, high = centre - widths.half_widths, centre + widths.half_widths
    is_number = np.isfinite(centre)
    low, high = np.where(is_number, low, -np.inf), np.where(is_number, high, np.inf)
    return np.clip(low, floor, ceiling), np.clip(high, floor, ceiling)


def _percent(alpha: float) -> str:
    return f"{float(100 * (1 - Fraction(repr(float(alpha))))):g}"
