"""What is left in the residuals: their autocorrelation, and whether it is more than chance."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from services.forecasting.evaluation.arrays import NOISE, Floats, Integers, cell, usable

MIN_RESIDUALS = 10


@dataclass(frozen=True, kw_only=True)
class ResidualAutocorrelation:
    """Autocorrelations of lag 1 on, in steps between windows, with the Ljung-Box test of all.

    ``bound`` is what 95 % of the single autocorrelations of white noise stay within, ±1.96/√n.
    Errors further ahead than one spacing overlap, so they are correlated below lag ``overlap``
    even for the best forecast; the test then means nothing, and ``p_value`` is None.
    """

    n: int
    autocorrelations: list[float | None]
    bound: float | None
    statistic: float | None
    p_value: float | None
    overlap: int


def residual_autocorrelation(
    residuals: ArrayLike, positions: ArrayLike | None = None, *, lags: int = 48, overlap: int = 1
) -> ResidualAutocorrelation:
    """Return the autocorrelation of ``residuals`` (n,), of one step of the window in time order.

    ``positions`` (n,) are whole numbers of spacings from the first reference time, so that a gap
    is no neighbour; without them there is none. ``overlap`` is how many spacings the step is
    ahead of its reference time. Q = n(n+2) Σ ρ²_k/(n-k), χ² with ``lags`` degrees of freedom
    (Ljung and Box, "On a measure of lack of fit in time series models", Biometrika 65, 1978).
    """
    values = np.asarray(residuals, dtype=np.float64)
    grid, n = on_grid(values, positions)
    lags = min(lags, max(n - 1, 0), max(len(grid) - 1, 0))
    sums = autocovariances(grid, n, lags)
    spread = float(np.abs(values[usable(values)]).max(initial=0.0)) * NOISE
    if n < 2 or not sums[0] > spread**2:
        nothing: list[float | None] = [None] * lags
        return ResidualAutocorrelation(
            n=n, autocorrelations=nothing, bound=None, statistic=None, p_value=None, overlap=overlap
        )
    rho = sums[1:] / sums[0]
    statistic = float(n * (n + 2) * (rho**2 / (n - np.arange(1, lags + 1))).sum())
    is_tested = n >= MIN_RESIDUALS and overlap <= 1 and lags > 0
    return ResidualAutocorrelation(
        n=n,
        autocorrelations=[cell(value) for value in rho],
        bound=1.96 / n**0.5,
        statistic=statistic if is_tested else None,
        p_value=_p_of_chi2(statistic, lags) if is_tested else None,
        overlap=overlap,
    )


def on_grid(values: Floats, positions: ArrayLike | None) -> tuple[Floats, int]:
    """Return deviations from the mean on the grid of positions, 0 where none is, and their number.

    A missing value then adds nothing to any sum of products: the amplitude-modulated estimate of
    Parzen, "On spectral analysis with missing observations", Sankhya A 25 (1963). Values that are
    not ``usable`` are missing. ValueError where two have one position.
    """
    is_known = usable(values)
    at: Integers = np.arange(len(values)) if positions is None else np.asarray(positions)
    at, values = at[is_known].astype(np.int64), values[is_known]
    if not len(values):
        return np.zeros(0), 0
    if len(np.unique(at)) != len(at):
        raise ValueError("positions must differ: two windows have one reference time")
    grid = np.zeros(int(at.max() - at.min()) + 1)
    grid[at - at.min()] = values - values.mean()
    return grid, len(values)


def autocovariances(grid: Floats, n: int, lags: int) -> Floats:
    """Return γ_0 to γ_lags of deviations on a grid, each Σ x_t x_{t+k} / n; 0 beyond the grid."""
    sums = np.zeros(lags + 1)
    for lag in range(min(lags + 1, len(grid))):
        sums[lag] = grid[: len(grid) - lag] @ grid[lag:] / n
    return sums


def _p_of_chi2(statistic: float, freedom: int) -> float:
    from scipy.special import chdtrc  # the web process starts without it

    return float(chdtrc(freedom, statistic))
