"""How figures change in an hour, with what interval, and which of them grow that should not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

WARM_SHARE = 1 / 3  # of the time, in which caches fill and code is loaded
BLOCKS = 12  # of samples, whose means are nearly independent of each other
CONFIDENCE = 0.95
MAX_GROWTH = 1.0  # % of the mean in an hour
# grow with what is written, as they must; the log of Redis until it is rewritten
KEPT = ("database", "objects", "uploads", "redis")
HOUR = 3600.0


@dataclass(frozen=True, kw_only=True)
class Slope:
    """How a figure changed: per hour, with the ends of the interval, and in % of its mean."""

    first: float
    last: float
    per_hour: float
    low: float
    high: float
    mean: float

    @property
    def percent(self) -> float:
        """Return the change in an hour in % of the mean."""
        return 100 * self.per_hour / self.mean if self.mean else 0.0

    @property
    def is_growing(self) -> bool:
        """Return whether even the lower end of the interval is more than is allowed."""
        return self.mean > 0 and 100 * self.low / self.mean > MAX_GROWTH


def slope_of(samples: Sequence[tuple[float, float]]) -> Slope:
    """Return the least-squares slope of the means of blocks, after what is warm-up.

    Neighbouring samples say nearly the same: their own residuals would make the interval of
    Student's t too narrow.
    """
    warm = np.asarray(samples[int(len(samples) * WARM_SHARE) :])
    blocks = np.array([block.mean(axis=0) for block in np.array_split(warm, BLOCKS)])
    fit = stats.linregress(blocks[:, 0], blocks[:, 1])
    error = np.nan_to_num(fit.stderr)  # no number where every value is the same
    reach = stats.t.ppf((1 + CONFIDENCE) / 2, BLOCKS - 2) * error
    return Slope(
        first=float(blocks[0, 1]),
        last=float(blocks[-1, 1]),
        per_hour=float(fit.slope) * HOUR,
        low=float(fit.slope - reach) * HOUR,
        high=float(fit.slope + reach) * HOUR,
        mean=float(warm[:, 1].mean()),
    )


def growing(slopes: Mapping[str, Slope]) -> list[str]:
    """Return the names of what grows and should not."""
    kept = {f"disk {name}" for name in KEPT}
    return [name for name, slope in slopes.items() if slope.is_growing and name not in kept]
