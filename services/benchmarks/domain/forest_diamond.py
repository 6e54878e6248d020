"""The diamond of a forest: the mean over the traits with a bootstrap of persons (decision 9)."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from services.benchmarks.domain.forest_rows import Diamond
from services.benchmarks.domain.ratings import LEVELS
from services.statistics.bootstrap import Bootstrapped, percentiles, small_sample_factor
from services.statistics.interval import NOISE

Floats = NDArray[np.float64]


def diamond_of(
    sides: Sequence[Floats], resampled: Sequence[Floats], draw: np.random.Generator
) -> Diamond:
    """Return the mean over the traits and both intervals, persons drawn in each group.

    ``sides`` are the sums by trait, then the numbers of the persons of the group and of the
    baseline, both (persons, 2·traits), ``resampled`` the same of their draws, added up.
    """
    seen = [_trait_means(side.sum(axis=0, keepdims=True)) for side in sides]
    drawn = [_trait_means(sums) for sums in resampled]
    deltas = drawn[0] - drawn[1]
    traits = deltas.shape[1]
    chosen = draw.integers(0, traits, deltas.shape)
    both = _mean_of_known(np.take_along_axis(deltas, chosen, axis=1))
    mean, of_persons = float((seen[0] - seen[1]).mean()), _mean_of_known(deltas)
    parts = [
        (float(np.nanvar(_mean_of_known(one))), len(side))
        for one, side in zip(drawn, sides, strict=True)
    ]
    rest = max(0.0, float(np.nanvar(both) - np.nanvar(of_persons)))
    ends = _ends(of_persons, mean, parts)
    ends_of_both = _ends(both, mean, [*parts, (rest, traits)]) if ends else None
    return Diamond(
        mean=mean,
        n_traits=traits,
        ci_low=ends.low if ends else None,
        ci_high=ends.high if ends else None,
        traits_ci_low=ends_of_both.low if ends_of_both else None,
        traits_ci_high=ends_of_both.high if ends_of_both else None,
    )


def _ends(values: Floats, mean: float, parts: Sequence[tuple[float, int]]) -> Bootstrapped | None:
    """Return the interval of resampled means, as wide as so few persons and traits demand.

    ``parts`` are the variance that each sample brings, and its size. None of a sample of one, and
    where all draws are the same.
    """
    if min(n for _, n in parts) < 2 or np.ptp(values[np.isfinite(values)]) <= NOISE:
        return None
    wider = small_sample_factor(parts)
    return percentiles(np.clip(mean + wider * (values - mean), 1 - LEVELS, LEVELS - 1))


def _trait_means(sums: Floats) -> Floats:
    """Return sum / number of each trait (draws, traits), NaN where a draw has none of it."""
    half = sums.shape[1] // 2
    numbers = sums[:, half:]
    empty = np.full(numbers.shape, np.nan)
    return np.asarray(np.divide(sums[:, :half], numbers, out=empty, where=numbers > 0))


def _mean_of_known(deltas: Floats) -> Floats:
    """Return the mean over the traits that a draw has (draws,), NaN of none."""
    known = ~np.isnan(deltas)
    numbers = known.sum(axis=1)
    sums = np.where(known, deltas, 0.0).sum(axis=1)
    empty = np.full(len(sums), np.nan)
    return np.asarray(np.divide(sums, numbers, out=empty, where=numbers > 0))
