"""What was measured around a forecast: the rows before it, and those that came since."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from services.forecasting.evaluation.arrays import cells
from services.forecasting.windows.geometry import HOUR_US
from services.forecasting.windows.plan import WindowPlan, exact
from services.forecasting.windows.series import RawSeries

MAX_ROWS = 2_000  # of an output: the newest
BEFORE = 2  # times as long as the forecast itself


def measured_rows(
    plan: WindowPlan, truth: Mapping[str, RawSeries], at: int
) -> dict[str, dict[str, Any]]:
    """Return times (microseconds) and values by output, around a forecast at ``at``.

    From twice the length of the output window before its reference time to its last step; an
    output without rows is left out.
    """
    rows = {}
    for one in plan.outputs:
        raw = truth.get(one.label)
        if raw is None:
            continue
        start, end = (int(exact(edge) * HOUR_US) for edge in (one.horizon_start, one.horizon_end))
        first = at - BEFORE * max(end - start, HOUR_US)
        inside = np.flatnonzero((raw.times >= first) & (raw.times <= at + end))[-MAX_ROWS:]
        rows[one.label] = {
            "times": raw.times[inside].tolist(),
            "values": cells(raw.values[inside]),
        }
    return rows
