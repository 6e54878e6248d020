"""Resampling units with replacement: the error of any statistic, whatever its form."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.statistics.interval import CONFIDENCE, NOISE, normal_quantile, t_quantile
from services.statistics.many_units import MANY, moments_of
from services.statistics.permutation import blocks

Rows = NDArray[np.int64]
Floats = NDArray[np.float64]
DRAW_PER_INDEX = 8  # what one multinomial number costs, in drawn units


@dataclass(frozen=True, kw_only=True)
class Bootstrapped:
    """The standard error of a statistic and its percentile interval, over ``draws`` resamples."""

    error: float
    low: float
    high: float
    draws: int


def bootstrap(
    statistic: Callable[[Rows], float],
    units: NDArray[np.int64],
    *,
    seed: int,
    draws: int = 2_000,
    confidence: float = CONFIDENCE,
) -> Bootstrapped | None:
    """Return the bootstrap of ``statistic``, a function of row positions.

    ``units`` (rows,) names the unit of each row (a patient, a site): units are drawn with
    replacement and bring all their rows (Efron and Tibshirani, "An Introduction to the
    Bootstrap", 1993). Draws without a finite value, such as one class alone, are left out; None
    where fewer than two are left.
    """
    draw = np.random.default_rng(seed)
    _, codes = np.unique(units, return_inverse=True)
    order = np.argsort(codes, kind="stable").astype(np.int64)
    members = np.split(order, np.cumsum(np.bincount(codes))[:-1])
    values = []
    for _ in range(draws):
        drawn = draw.integers(0, len(members), len(members))
        value = statistic(np.concatenate([members[unit] for unit in drawn]))
        if np.isfinite(value):
            values.append(value)
    return percentiles(np.array(values), confidence)


def small_sample_factor(
    parts: Sequence[tuple[float, int]], confidence: float = CONFIDENCE
) -> float:
    """Return how much farther an interval of few units has to reach than resampling them says.

    ``parts`` are independent samples: the variance that resampling one gives, and its n units, two
    or more. Resampling n units has (n - 1)/n of the variance, and its percentiles reach as far as
    a normal quantile where that of t is right (Hesterberg, "What Teachers Should Know about the
    Bootstrap", The American Statistician 69, 2015): √(Σ v·n/(n - 1) / Σ v)·t/z, with Welch's and
    Satterthwaite's degrees of freedom. 1 where nothing varies.
    """
    some = [(variance * n / (n - 1), n) for variance, n in parts]
    drawn, right = sum(variance for variance, _ in parts), sum(variance for variance, _ in some)
    if drawn <= NOISE**2:
        return 1.0
    freedom = right**2 / sum(variance**2 / (n - 1) for variance, n in some)
    wider = t_quantile(freedom, confidence) / normal_quantile(confidence)
    return math.sqrt(right / drawn) * wider


def widened(
    values: Floats, seen: float, units: int, bounds: tuple[float, float] | None = None
) -> Bootstrapped | None:
    """Return the percentiles of a statistic of ``units`` resampled units, spread around ``seen``.

    By ``small_sample_factor``, and not beyond ``bounds``. None of one unit, and where every draw
    is the same: nothing is known of how units differ.
    """
    finite = values[np.isfinite(values)]
    if units < 2 or len(finite) < 2 or np.ptp(finite) <= NOISE or not math.isfinite(seen):
        return None
    factor = small_sample_factor([(float(finite.var()), units)])
    return percentiles(np.clip(seen + factor * (finite - seen), *(bounds or (-np.inf, np.inf))))


def percentiles(values: Floats, confidence: float = CONFIDENCE) -> Bootstrapped | None:
    """Return error and percentile interval of resampled values (draws,); None of fewer than two.

    Values that are not finite are left out.
    """
    finite = values[np.isfinite(values)]
    if len(finite) < 2:
        return None
    tail, ordered = (1 - confidence) / 2, np.sort(finite)
    low, high = (_quantile(ordered, share) for share in (tail, 1 - tail))
    error = float(np.std(finite, ddof=1))
    return Bootstrapped(error=error, low=low, high=high, draws=len(finite))


def _quantile(ordered: Floats, share: float) -> float:
    """Return what ``np.quantile`` returns of sorted values, for a tenth of its price."""
    place = share * (len(ordered) - 1)
    before = min(math.floor(place), len(ordered) - 2)
    low, high, part = float(ordered[before]), float(ordered[before + 1]), place - before
    if part >= 0.5:
        return high - (high - low) * (1 - part)
    return low + (high - low) * part


def resampled_kinds(kinds: Rows, numbers: Rows, generator: np.random.Generator, draws: int) -> Rows:
    """Return the totals (draws, c) of as many units, drawn with replacement; one draw or more.

    ``kinds`` (v, c) are the whole numbers of a unit, ``numbers`` (v,) how many units are alike.
    Totals of very many units are drawn from the normal distribution that they tend to.
    """
    n = int(numbers.sum())
    moments = moments_of(kinds, numbers) if n >= MANY else None
    if moments is not None and moments.are_many(n):
        return np.rint(moments.resampled(n, generator, draws)).astype(np.int64)
    if DRAW_PER_INDEX * len(kinds) > n:
        units = np.repeat(kinds, numbers, axis=0)
        parts = [_drawn_units(units, generator, block) for block in blocks(draws, n)]
    else:
        shares = numbers / n
        parts = [
            generator.multinomial(n, shares, block) @ kinds for block in blocks(draws, len(kinds))
        ]
    return np.concatenate(parts)


def _drawn_units(units: Rows, generator: np.random.Generator, block: int) -> Rows:
    places = generator.integers(0, len(units), (block, len(units)))
    return np.column_stack([column[places].sum(axis=1) for column in units.T])


def resampled_sums(values: Floats, generator: np.random.Generator, draws: int) -> Floats:
    """Return the sums (draws, c) over n units drawn with replacement from ``values`` (n, c).

    Sums of very many units are drawn from the normal distribution that they tend to.
    """
    n = len(values)
    if n:
        moments = moments_of(values)
        if moments.are_many(n):
            return moments.resampled(n, generator, draws)
    parts = []
    for block in blocks(draws, n):
        drawn = generator.integers(0, n, (block, n)) + n * np.arange(block)[:, None]
        times = np.bincount(drawn.reshape(-1), minlength=block * n).reshape(block, n)
        parts.append(times.astype(np.float64) @ values)
    return np.concatenate(parts)
