"""Whether a model in use errs more than its backtest did: a note, not an alarm that proves a cause.

The recent mean error is held against the means of as many consecutive windows in the backtest:
these keep the spells that errors come in, which single windows would lose.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from services.forecasting.evaluation.arrays import Floats, usable

COVERED = 0.95  # of the backtest's stretches lie within the band
MIN_STRETCHES = 5  # as long as the recent one, in the backtest


class Drift(StrEnum):
    """Where the recent error lies: within the band of the backtest, or on which side of it."""

    WITHIN = "within"
    ABOVE = "above"
    BELOW = "below"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class DriftNote:
    """The mean of ``n`` recent errors beside the backtest's band, in the unit of the data.

    ``low`` and ``high`` are None where the backtest holds too few stretches of that length.
    """

    state: Drift
    n: int
    recent: float | None
    low: float | None
    high: float | None

    def note(self) -> str:
        """Return the note in words."""
        if self.state is Drift.UNKNOWN or self.recent is None:
            return "There are too few errors, recent ones or in the backtest, to compare them."
        windows = "1 window" if self.n == 1 else f"{self.n} windows"
        figures = f"{self.recent:.4g} over {windows}, {self.low:.4g} to {self.high:.4g}"
        return {
            Drift.WITHIN: f"The recent error is one that the backtest had, too ({figures}).",
            Drift.BELOW: f"The recent error is smaller than in the backtest ({figures}).",
            Drift.ABOVE: f"The recent error is larger than in the backtest ({figures}): "
            "look at the newest data, or train again.",
        }[self.state]


def drift_note(recent: ArrayLike, backtest: ArrayLike, covered: float = COVERED) -> DriftNote:
    """Return where the mean of ``recent`` (m,) lies among stretches of m ``backtest`` errors (n,).

    Both are losses of windows (MAE or bias) in time order; what is no number is left out. The band
    lies between the quantiles (1 ∓ ``covered``)/2 of the means of all stretches of m windows.
    """
    new, old = _known(recent), _known(backtest)
    m = len(new)
    mean = float(new.mean()) if m else None
    if mean is None or len(old) < MIN_STRETCHES * m:
        return DriftNote(state=Drift.UNKNOWN, n=m, recent=mean, low=None, high=None)
    tail = (1 - covered) / 2
    low, high = np.quantile(stretch_means(old, m), [tail, 1 - tail])
    state = Drift.ABOVE if mean > high else Drift.BELOW if mean < low else Drift.WITHIN
    return DriftNote(state=state, n=m, recent=mean, low=float(low), high=float(high))


def stretch_means(values: Floats, length: int) -> Floats:
    """Return the mean of each ``length`` consecutive values: (n - length + 1,)."""
    return np.asarray(np.lib.stride_tricks.sliding_window_view(values, length).mean(axis=1))


def _known(values: ArrayLike) -> Floats:
    array = np.asarray(values, dtype=np.float64).ravel()
    return array[usable(array)]
