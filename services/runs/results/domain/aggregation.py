"""The best of values of which some are unknown, shares and roundings; zero is a value."""

import math
from collections.abc import Iterable, Sequence

Number = float | None


def known(values: Iterable[Number]) -> list[float]:
    """Return the finite values, in their order."""
    return [value for value in values if value is not None and math.isfinite(value)]


def best(values: Iterable[Number], default: Number = None, *, lower: bool = False) -> Number:
    """Return the highest known value (the lowest where ``lower`` is better), else ``default``."""
    finite = known(values)
    if not finite:
        return default
    return min(finite) if lower else max(finite)


def weighted_mean(values: Sequence[Number], weights: Sequence[float]) -> Number:
    """Return the weighted mean of the finite values, None if no weight is left.

    A value that is missing is left out with its weight. The mean never lies outside of its values
    by a rounding: values that are all 1.0 give 1.0.
    """
    pairs = [
        (value, weight)
        for value, weight in zip(values, weights, strict=True)
        if value is not None and math.isfinite(value)
    ]
    total = math.fsum(weight for _, weight in pairs)
    if not total > 0.0:
        return None
    known = [value for value, weight in pairs if weight]
    mean = math.fsum(value * (weight / total) for value, weight in pairs)
    return min(max(mean, min(known)), max(known))


def share(part: int, total: int) -> float:
    """Return ``part`` of ``total`` rounded to four decimals, 0.0 for a total of 0."""
    return round(part / total, 4) if total else 0.0


def minutes_of(seconds: Number) -> Number:
    """Return seconds as minutes, rounded to two decimals; None while there is no end."""
    return None if seconds is None else round(seconds / 60, 2)


def rounded(value: Number) -> Number:
    """Return the value with four decimals, None for None."""
    return None if value is None else round(value, 4) + 0.0  # -0.0 is written 0.0
