"""Metrics as points of series: what does not exist has no point."""

import math
from collections.abc import Mapping

from services.runs.training.ports import Point


def points(
    metrics: Mapping[str, float | None], step: int, client: str | None = None
) -> list[Point]:
    """Return a point of each metric that is a finite number."""
    return [
        Point(name=name, step=step, value=float(value), client=client)
        for name, value in metrics.items()
        if value is not None and math.isfinite(value)
    ]
