"""Collecting a curve point by point, in as little memory as its numbers need."""

from array import array

import numpy as np

from services.tracking.domain.columns import Columns

MOST_CURVES = 10_000  # of one run


class Points:
    """A curve that grows; of a step that is told twice the last value counts."""

    def __init__(self) -> None:
        self._steps = array("q")
        self._values = array("d")
        self._times = array("d")

    def add(self, step: int, value: float, at: float) -> None:
        """Add a point; ``at`` is in unix seconds, 0 where nobody noted it."""
        self._steps.append(step)
        self._values.append(value)
        self._times.append(at)

    def columns(self, *, count_up: bool = False) -> Columns:
        """Return the points in ascending order.

        ``count_up`` numbers the points of a curve that was always told at step 0.
        """
        steps = np.array(self._steps, dtype=np.int64)
        if count_up and not steps.any():
            steps = np.arange(len(steps), dtype=np.int64)
        values, times = np.array(self._values), np.array(self._times)
        return Columns.joined([Columns(steps=steps, values=values, times=times)])
