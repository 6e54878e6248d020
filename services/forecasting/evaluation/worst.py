"""The windows with the largest errors: where a person looks first."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from services.forecasting.evaluation.arrays import windows


@dataclass(frozen=True, kw_only=True)
class WorstWindow:
    """One window: its place among the test windows, reference time (s since 1970) and errors.

    ``worst_step`` is the step with the largest absolute error, ``worst_error`` its p - t.
    """

    position: int
    reference_time: int
    mae: float
    bias: float
    worst_step: int
    worst_error: float


def worst_windows(
    truth: ArrayLike, forecast: ArrayLike, reference_times: ArrayLike, count: int = 10
) -> list[WorstWindow]:
    """Return the ``count`` windows of (n, steps) with the largest MAE, the largest first.

    Windows with an error that is no number are left out; equal ones come in order of time.
    """
    t, p = windows(truth, forecast)
    if not t.shape[1]:
        return []
    errors = p - t
    sizes = np.abs(errors)
    means = sizes.mean(axis=1)
    order = np.argsort(-means, kind="stable")
    order = order[np.isfinite(means[order])][:count]
    times = np.asarray(reference_times)
    steps = sizes.argmax(axis=1)
    return [
        WorstWindow(
            position=int(at),
            reference_time=int(times[at]),
            mae=float(means[at]),
            bias=float(errors[at].mean()),
            worst_step=int(steps[at]),
            worst_error=float(errors[at, steps[at]]),
        )
        for at in order
    ]
