"""How sure a mean is: t intervals, and intervals that stay inside the range of a metric."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

CONFIDENCE = 0.95
NOISE = 1e-12  # equal numbers that were computed differently differ by less than this


@dataclass(frozen=True, kw_only=True)
class Interval:
    """A mean over ``n`` values, and its interval: None where nothing is known of its error."""

    n: int
    mean: float
    low: float | None
    high: float | None

    @property
    def margin(self) -> float | None:
        """Return half of the interval's width."""
        return None if self.low is None or self.high is None else (self.high - self.low) / 2


def t_interval(values: Sequence[float], test_to_train: float = 0.0) -> Interval | None:
    """Return the mean of finite values with its 95 % interval, None of no values.

    mean ± t(n-1) · s / √n (Student, "The probable error of a mean", Biometrika 6, 1908). Where the
    values are of splits that share rows, ``test_to_train`` is the number of held-out rows over
    that of the training rows, see ``standard_error``. Equal values have a mean and no interval:
    they say nothing of their error, and one of no width would claim that there is none.
    """
    array = np.asarray(values, dtype=np.float64)
    n = len(array)
    if n == 0:
        return None
    mean = float(array.mean())
    if n == 1 or not math.isfinite(mean):
        return Interval(n=n, mean=mean, low=None, high=None)
    error = 0.0 if array.min() == array.max() else standard_error(array, test_to_train)
    if error == 0:
        return Interval(n=n, mean=mean, low=None, high=None)
    reach = t_quantile(n - 1) * error
    return Interval(n=n, mean=mean, low=mean - reach, high=mean + reach)


def standard_error(
    values: NDArray[np.float64], test_to_train: float = 0.0, scale: float = 0.0
) -> float:
    """Return the standard error of the mean of two values or more: √((1/n + test/train) · s²).

    Values of random splits of the same rows are not independent: Nadeau and Bengio, "Inference
    for the Generalization Error", Machine Learning 52 (2003), correct 1/n to 1/n + test/train. A
    ratio of 0 is the plain s / √n. ``scale`` is the size of the numbers that the values were
    computed from: what differs by their rounding alone has an error of 0.
    """
    spread = float(values.std(ddof=1))
    if spread <= NOISE * scale:
        return 0.0
    return math.sqrt(1 / len(values) + test_to_train) * spread


def t_quantile(freedom: int, confidence: float = CONFIDENCE) -> float:
    """Return how many standard errors an interval reaches to either side."""
    from scipy.special import stdtrit  # the web process starts without it

    return float(stdtrit(freedom, (1 + confidence) / 2))


def score_interval(
    mean: float,
    error: float,
    quantile: float,
    *,
    bounds: tuple[float, float] = (0.0, 1.0),
    units: int | None = None,
) -> tuple[float, float] | None:
    """Return the ends of the interval of a mean that can only lie within ``bounds``.

    Wilson's score interval (J. Am. Stat. Assoc. 22, 1927) with the effective sample size of the
    standard error, p(1 - p)/error² (Korn and Graubard, Survey Methodology 24, 1998): inside the
    bounds without being cut, and close to mean ± quantile · error far from them. At a bound, and
    where the error is 0, the sample size is that of ``units``, the independent units that were
    measured; None where these are not known either.
    """
    low, high = bounds
    width = high - low
    share = min(max((mean - low) / width, 0.0), 1.0)
    spread = share * (1 - share)
    if error > NOISE * width and spread > NOISE:
        size: float | None = spread / (error / width) ** 2
    else:
        size = units
    if not size:
        return None
    ends = _wilson(share, size, quantile)
    return (
        low if share == 0 else max(low, low + width * ends[0]),
        high if share == 1 else min(high, low + width * ends[1]),
    )


def _wilson(share: float, size: float, quantile: float) -> tuple[float, float]:
    per_unit = quantile**2 / size
    middle = share + per_unit / 2
    reach = math.sqrt(per_unit * share * (1 - share) + per_unit**2 / 4)
    return (middle - reach) / (1 + per_unit), (middle + reach) / (1 + per_unit)


def wilson_interval(
    part: float, whole: float, confidence: float = CONFIDENCE
) -> tuple[float, float]:
    """Return the ends of the interval of the share ``part`` of ``whole`` independent units.

    Wilson's score interval (J. Am. Stat. Assoc. 22, 1927), without continuity correction: it has
    a width at 0 and at 1 too. ``whole`` is at least 1; of dependent units it is how many
    independent ones they are worth, which need not be a whole number.
    """
    low, high = _wilson(part / whole, whole, normal_quantile(confidence))
    return (0.0 if part == 0 else low, 1.0 if part == whole else high)


def normal_quantile(confidence: float = CONFIDENCE) -> float:
    """Return how many standard errors an interval of a normal estimate reaches to either side."""
    return NormalDist().inv_cdf((1 + confidence) / 2)


def log_interval(mean: float, error: float, quantile: float) -> tuple[float, float] | None:
    """Return the ends of the interval of a positive mean, on a log scale by the delta method.

    exp(log mean ± quantile · error / mean). None of a mean or an error that is 0.
    """
    if mean <= 0 or error <= 0:
        return None
    factor = math.exp(min(quantile * error / mean, 700.0))
    return mean / factor, mean * factor
