"""Has a plot drawn by a process of its own: the web process loads no matplotlib.

A process beside the request, and not a job: the answer has to come within seconds, and a worker
may be busy for minutes with what waited before. bench/datasets.py measures what it costs.
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
