"""What a violin shows of a distribution: its density, quartiles and whiskers."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.forecasting.violins.sketch import DistributionSketch

Floats = NDArray[np.float64]
GRID = 101
# The contract's violins are smoothed as those of at most so many points. Windows overlap, so more
# values say no more; a bandwidth for millions of them would show noise.
MAX_POINTS = 50_000
QUARTILES = (0.25, 0.5, 0.75)
FENCE = 1.5  # interquartile ranges: Tukey, Exploratory Data Analysis, 1977, 2C


@dataclass(frozen=True, kw_only=True)
class ViolinShape:
    """One violin. ``at`` and ``density`` have shape (GRID,), or are empty for a constant.

    The whiskers end at the outermost values within 1.5 interquartile ranges of the quartiles.
    """

    count: int
    mean: float
    deviation: float
    low: float
    high: float
    quartiles: tuple[float, float, float]
    whiskers: tuple[float, float]
    at: Floats
    density: Floats

    def scaled(self, scale: float, shift: float) -> "ViolinShape":
        """Return the violin of ``value · scale + shift``; ``scale`` is 0 for a constant."""

        def moved(value: float) -> float:
            return value * scale + shift

        return ViolinShape(
            count=self.count,
            mean=moved(self.mean),
            deviation=self.deviation * abs(scale),
            low=moved(self.low),
            high=moved(self.high),
            quartiles=(
                moved(self.quartiles[0]),
                moved(self.quartiles[1]),
                moved(self.quartiles[2]),
            ),
            whiskers=(moved(self.whiskers[0]), moved(self.whiskers[1])),
            at=self.at * scale + shift if scale else np.empty(0),
            density=self.density / scale if scale else np.empty(0),
        )

    def as_mapping(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return {
            "count": self.count,
            "mean": self.mean,
            "std": self.deviation,
            "min": self.low,
            "max": self.high,
            "q1": self.quartiles[0],
            "median": self.quartiles[1],
            "q3": self.quartiles[2],
            "whisker_low": self.whiskers[0],
            "whisker_high": self.whiskers[1],
            "at": self.at,
            "density": self.density,
        }


def violin_shape(sketch: DistributionSketch) -> ViolinShape | None:
    """Return the violin of a sketch; None where it has no value."""
    if not sketch.count:
        return None
    q1, median, q3 = (float(one) for one in sketch.quantile(QUARTILES))
    at = np.linspace(sketch.low, sketch.high, GRID) if sketch.high > sketch.low else np.empty(0)
    return ViolinShape(
        count=sketch.count,
        mean=sketch.mean,
        deviation=sketch.deviation,
        low=float(sketch.low),
        high=float(sketch.high),
        quartiles=(q1, median, q3),
        whiskers=_whiskers(sketch, q1, q3),
        at=at,
        density=kernel_density(sketch, at),
    )


def _whiskers(sketch: DistributionSketch, q1: float, q3: float) -> tuple[float, float]:
    values, _ = sketch.points
    reach = FENCE * (q3 - q1)
    inside = values[(values >= q1 - reach) & (values <= q3 + reach)]
    if not len(inside):
        return q1, q3
    low = sketch.low if sketch.low >= q1 - reach else inside[0]
    high = sketch.high if sketch.high <= q3 + reach else inside[-1]
    return min(float(low), q1), max(float(high), q3)


def kernel_density(sketch: DistributionSketch, at: Floats) -> Floats:
    """Return the density at some places: Gaussian kernels with Scott's bandwidth.

    h = σ · n^(-1/5), σ with n - 1 below and n at most MAX_POINTS: Scott, Multivariate Density
    Estimation, 1992, 6.3; up to that many values it is ``scipy.stats.gaussian_kde``.
    """
    if not len(at) or sketch.deviation <= 0:
        return np.empty(0)
    values, weights = sketch.points
    width = sketch.deviation * float(min(sketch.count, MAX_POINTS)) ** -0.2
    kernels = np.exp(-0.5 * np.square((at[:, None] - values[None, :]) / width))
    return np.asarray(kernels @ weights / (sketch.count * width * np.sqrt(2 * np.pi)))
