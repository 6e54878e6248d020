"""Has a plot drawn by a process of its own: the web process loads no matplotlib.

A process beside the request, and not a job: the answer has to come within seconds, and a worker
may be busy for minutes with what waited before. bench/forecast_plots.py measures what it costs.
"""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import structlog

from app import strict_json
from services.datasets.inspector import child_environment
from services.forecasting.plots.errors import PlotFailed

_ROOT = Path(__file__).resolve().parents[3]
_PNG = b"\x89PNG\r\n\x1a\n"
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class DrawingLimits:
    """Bounds of the process that draws."""

    memory_bytes: int = 2 * 1024**3
    cpu_seconds: int = 60
    wall_seconds: int = 90


def draw_in_child(drawing: Mapping[str, Any], limits: DrawingLimits | None = None) -> bytes:
    """Return the PNG of ``drawing_of``; raises PlotFailed when it takes more than is allowed."""
    bounds = limits or DrawingLimits()
    request = {"parent": os.getpid(), "limits": asdict(bounds), "drawing": drawing}
    try:
        child = subprocess.run(
            [sys.executable, "-m", "services.forecasting.plots.drawing"],
            input=strict_json.dump_bytes(request),
            capture_output=True,
            timeout=bounds.wall_seconds,
            cwd=_ROOT,
            env={**child_environment(), "MPLBACKEND": "agg"},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise PlotFailed("Drawing took too long: choose fewer samples or variables.") from None
    if child.returncode != 0 or not child.stdout.startswith(_PNG):
        stderr = child.stderr[-2000:].decode(errors="replace")
        _log.warning("drawing failed", code=child.returncode, stderr=stderr)
        raise PlotFailed("The plot could not be drawn: choose fewer samples or variables.")
    return child.stdout
