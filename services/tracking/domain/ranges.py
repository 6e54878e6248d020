"""Values as their metric can have them: rounding is clamped, what lies truly outside is unknown.

A weighted mean of clients that all score 1.0 may come out as 1.0000000000000002.
"""

import math

import numpy as np

from services.tracking.catalogue import ROUNDING, clamped, metric_of
from services.tracking.domain.columns import Floats


def possible_values(metric: str, values: Floats) -> Floats:
    """Return the values of shape (n,) as ``clamped`` has each; NaN is what it leaves out."""
    known = metric_of(metric)
    low = -math.inf if known is None or known.low is None else known.low
    high = math.inf if known is None or known.high is None else known.high
    inside = np.isfinite(values) & (values >= low - ROUNDING) & (values <= high + ROUNDING)
    return np.where(inside, np.clip(values, low, high), np.nan)


def range_fault(metric: str, value: float) -> str | None:
    """Return what is wrong with a finite value that the metric cannot have, None if it can."""
    if clamped(metric, value) is not None:
        return None
    known = metric_of(metric)
    low, high = (None, None) if known is None else (known.low, known.high)
    limits = (
        f"from {low:g} to {high:g}"
        if low is not None and high is not None
        else (f"at least {low:g}" if low is not None else f"at most {high:g}")
    )
    return f"{metric} is {value:g}: it must be {limits}"
