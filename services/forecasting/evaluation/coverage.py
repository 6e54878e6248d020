"""How often prediction intervals hold the truth, how wide they are, and scores of both at once.

Interval (Winkler) score and pinball loss: Gneiting and Raftery, "Strictly proper scoring rules,
prediction, and estimation", JASA 102 (2007), equation 43 and section 6.1. Lower is better.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from services.forecasting.evaluation.arrays import Floats, cell, pair, windows
from services.statistics.interval import wilson_interval


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """Of ``n`` cells, ``covered`` lie within the interval's ends, both included.

    ``low`` and ``high`` are Wilson's 95 % interval of ``share``, as if of every ``overlap`` windows
    one were independent; spells of errors make the truth less sure than that. ``mean_width`` and
    ``score`` are in the unit of the data, None where an interval is unbounded.
    """

    n: int
    covered: int
    share: float | None
    low: float | None
    high: float | None
    mean_width: float | None
    score: float | None
    overlap: int = 1


@dataclass(frozen=True, kw_only=True)
class MeasuredCoverage:
    """Coverage of a test block by horizon step and over all cells, beside its target 1 - α.

    The interval of ``overall`` is of the share among all cells and left out: those of one window
    fail together.
    """

    target: float
    by_step: list[Coverage]
    overall: Coverage

    def missed_steps(self) -> list[int]:
        """Return the steps whose coverage is below the target by more than chance."""
        return [
            at
            for at, one in enumerate(self.by_step)
            if one.high is not None and one.high < self.target
        ]


def measured_coverage(
    truth: ArrayLike,
    low: ArrayLike,
    high: ArrayLike,
    alpha: float,
    overlaps: Sequence[int] | None = None,
) -> MeasuredCoverage:
    """Return how often ``low`` ≤ ``truth`` ≤ ``high``, arrays (n, steps), and how wide that is.

    ``overlaps`` (steps,) are how many consecutive windows share what lies ahead of them at each
    step (``compare.overlap_of``), 1 if not given: their errors are correlated.
    """
    t, lower = windows(truth, low)
    _, upper = windows(t, high)
    inside = (lower <= t) & (t <= upper)
    with np.errstate(invalid="ignore"):  # two infinite ends have no width
        widths = upper - lower
    scores = _interval_scores(t, lower, upper, alpha)
    shared = [1] * t.shape[1] if overlaps is None else overlaps
    by_step = [
        _of(inside[:, at], widths[:, at], scores[:, at], overlap)
        for at, overlap in enumerate(shared)
    ]
    overall = _of(inside, widths, scores)
    return MeasuredCoverage(
        target=1 - alpha,
        by_step=by_step,
        overall=Coverage(**(overall.__dict__ | {"low": None, "high": None})),
    )


def interval_score(truth: ArrayLike, low: ArrayLike, high: ArrayLike, alpha: float) -> float | None:
    """Return the mean of (u - l) + 2/α (l - t) if t < l, + 2/α (t - u) if t > u."""
    t, lower = pair(truth, low)
    _, upper = pair(t, high)
    return cell(_interval_scores(t, lower, upper, alpha).mean()) if t.size else None


def pinball_loss(truth: ArrayLike, forecast: ArrayLike, quantile: float) -> float | None:
    """Return the mean of τ(t - q) where t ≥ q, else (1 - τ)(q - t), of a quantile forecast q."""
    t, q = pair(truth, forecast)
    rest = t - q
    return cell(np.maximum(quantile * rest, (quantile - 1) * rest).mean()) if t.size else None


def _interval_scores(truth: Floats, low: Floats, high: Floats, alpha: float) -> Floats:
    with np.errstate(invalid="ignore", over="ignore"):
        outside = np.maximum(low - truth, 0) + np.maximum(truth - high, 0)
        return np.asarray(high - low + 2 / alpha * outside)


def _of(inside: np.ndarray, widths: Floats, scores: Floats, overlap: int = 1) -> Coverage:
    n, covered = inside.size, int(inside.sum())
    if not n:
        return Coverage(
            n=0, covered=0, share=None, low=None, high=None, mean_width=None, score=None
        )
    independent = max(1.0, n / overlap)
    low, high = wilson_interval(covered / n * independent, independent)
    return Coverage(
        n=n,
        covered=covered,
        share=covered / n,
        low=low,
        high=high,
        mean_width=cell(widths.mean()),
        score=cell(scores.mean()),
        overlap=overlap,
    )
