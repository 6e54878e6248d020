"""Whether one forecast is really better than another on the same test windows.

Diebold and Mariano, "Comparing predictive accuracy", Journal of Business and Economic Statistics
13 (1995), corrected for small samples by Harvey, Leybourne and Newbold, "Testing the equality of
prediction mean squared errors", International Journal of Forecasting 13 (1997).
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from services.forecasting.evaluation.arrays import NOISE, Floats, usable, windows
from services.forecasting.evaluation.residuals import autocovariances, on_grid

MIN_STRETCHES = 5  # windows that share nothing: fewer decide nothing
MIN_WINDOWS = 10
RECTANGULAR, BARTLETT = "rectangular", "bartlett"


@dataclass(frozen=True, kw_only=True)
class AccuracyTest:
    """First minus second in mean loss over ``n`` windows: below 0 where the first is better.

    ``overlap`` h is how many windows share instants that lie ahead; autocovariances of the loss
    differences up to lag h - 1 are in the variance, summed with ``kernel``. ``statistic`` and
    ``p_value`` (two-sided, t with n - 1 degrees of freedom) are None where there are too few
    windows for any variance, or where the differences are all equal and not 0. ``left_out``
    windows had a loss that is no number, as a model has that diverged.
    """

    n: int
    mean_first: float
    mean_second: float
    difference: float
    overlap: int
    kernel: str
    statistic: float | None
    p_value: float | None
    left_out: int = 0

    @property
    def has_enough(self) -> bool:
        """Return whether the windows are enough stretches of their own to decide anything."""
        return self.n >= max(MIN_WINDOWS, MIN_STRETCHES * self.overlap)


def window_losses(truth: ArrayLike, forecast: ArrayLike, power: int = 1) -> Floats:
    """Return the mean of |t - p|^power over each window of (n, steps): (n,)."""
    t, p = windows(truth, forecast)
    if not t.shape[1]:
        return np.full(len(t), np.nan)
    with np.errstate(over="ignore"):
        return np.asarray((np.abs(t - p) ** power).mean(axis=1), dtype=np.float64)


def overlap_of(last_offset: float, spacing: float) -> int:
    """Return h: how many consecutive windows share instants not yet known at the later's reference.

    ``last_offset`` is from a reference time to the window's last point, ``spacing`` from one
    reference time to the next, in one unit. The errors of an optimal forecast of windows h or
    more apart are not correlated, so h - 1 is the bandwidth (Diebold and Mariano 1995, 1.1).
    ValueError of a spacing of 0 or less.
    """
    if not spacing > 0:
        raise ValueError(f"spacing is {spacing}: expected a length above 0")
    return max(1, math.ceil(last_offset / spacing - NOISE))


def diebold_mariano(
    first: ArrayLike, second: ArrayLike, overlap: int, positions: ArrayLike | None = None
) -> AccuracyTest | None:
    """Return the test of two forecasts' losses (n,) of the same windows in time order.

    ``overlap`` is that of ``overlap_of``; ``positions`` (n,) are the reference times in whole
    spacings, so that lags are in time where windows were dropped. The variance sums the
    autocovariances with equal weights up to lag h - 1, as the paper does; where that is not above
    0 (it can be), with Bartlett's weights 1 - k/h, which cannot be negative (Newey and West,
    Econometrica 55, 1987). Windows with a loss that is no number are left out. None of none.
    """
    a, b = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    is_known = usable(a) & usable(b)
    differences = np.where(is_known, a, np.nan) - np.where(is_known, b, np.nan)
    grid, n = on_grid(differences, positions)
    if n == 0:
        return None
    mean = float(differences[is_known].mean())
    scale = float(np.abs([a[is_known], b[is_known]]).max())
    variance, kernel = _long_run_variance(autocovariances(grid, n, overlap - 1))
    statistic, p_value = _tested(mean, variance, n, overlap, scale)
    return AccuracyTest(
        n=n,
        mean_first=float(a[is_known].mean()),
        mean_second=float(b[is_known].mean()),
        difference=mean,
        overlap=overlap,
        kernel=kernel,
        statistic=statistic,
        p_value=p_value,
        left_out=len(a) - n,
    )


def _long_run_variance(sums: Floats) -> tuple[float, str]:
    """Return the variance of √n times the mean, and which weights it was summed with."""
    equal = float(sums[0] + 2 * sums[1:].sum())
    if equal > NOISE * sums[0]:
        return equal, RECTANGULAR
    weights = 1 - np.arange(1, len(sums)) / len(sums)
    return max(float(sums[0] + 2 * (weights @ sums[1:])), 0.0), BARTLETT


def _tested(
    mean: float, variance: float, n: int, overlap: int, scale: float
) -> tuple[float | None, float | None]:
    is_zero = abs(mean) <= NOISE * scale
    if variance <= (NOISE * scale) ** 2:
        return (0.0, 1.0) if is_zero and n > 1 else (None, None)
    correction = (n + 1 - 2 * overlap + overlap * (overlap - 1) / n) / n
    if n < 2 or overlap >= n or correction <= 0:
        return None, None
    from scipy.special import stdtr  # the web process starts without it

    statistic = mean / math.sqrt(variance / n) * math.sqrt(correction)
    return statistic, float(2 * stdtr(n - 1, -abs(statistic)))
