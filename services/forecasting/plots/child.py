"""Has a plot drawn by a process of its own, within limits: a worker starts it.

Its end by the kernel is an answer to whoever waits, where that of the work-horse would be a death
to try again. bench/datasets.py measures what it costs.
"""

import os
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from app import sandbox
from services.forecasting.plots.errors import PlotFailed

MODULE = "services.forecasting.plots.drawing"
LIMITS = sandbox.ProcessLimits(
    memory_bytes=2 * 1024**3, cpu_seconds=60, wall_seconds=90, output_bytes=64 * 1024**2
)


def draw_in_child(drawing: Mapping[str, Any], limits: sandbox.ProcessLimits = LIMITS) -> bytes:
    """Return the PNG of ``drawing_of``; raises PlotFailed when it takes more than is allowed."""
    request = {"parent": os.getpid(), "limits": asdict(limits), "drawing": drawing}
    try:
        return sandbox.run_module(MODULE, request, wall_seconds=limits.wall_seconds)
    except sandbox.OutOfTime:
        raise PlotFailed("Drawing took too long: choose fewer samples or variables.") from None
    except (sandbox.OutOfBounds, sandbox.ProcessBroken):
        detail = "The plot could not be drawn: choose fewer samples or variables."
        raise PlotFailed(detail) from None
