"""How long a training will still take, from the times of its latest steps."""

import numpy as np

from services.tracking.domain.columns import Floats

LATEST = 10


def remaining_seconds(times: Floats, steps_left: float, now: float) -> float | None:
    """Return the seconds left, None before two steps are known.

    ``times`` are unix seconds of the finished steps. The median of the latest durations is not
    misled by a pause between two attempts.
    """
    if len(times) < 2:
        return None
    pace = float(np.median(np.diff(times[-LATEST - 1 :])))
    return max(0.0, pace * steps_left - (now - float(times[-1])))
