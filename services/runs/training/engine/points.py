"""Metrics as points of series: what does not exist has no point, a loss that diverged is NaN."""

import math
from collections.abc import Mapping

from services.runs.training.ports import Point
from services.tracking.catalogue import LOSS, clamped, metric_of


def points(
    metrics: Mapping[str, float | None], step: int, client: str | None = None
) -> list[Point]:
    """Return a point of each metric that is a finite number, and of each loss.

    Every model has a loss on any rows, so one that is not finite is a measurement: its curve ends
    with NaN and not with the last epoch at which all was well. Another metric may not exist, such
    as the AUROC of rows of one class.
    """
    return [
        Point(name=name, step=step, value=value, client=client)
        for name, measured in metrics.items()
        if (value := _value(name, measured)) is not None
    ]


def _value(name: str, measured: float | None) -> float | None:
    value = clamped(name, measured)
    if value is not None:
        return float(value)
    known = metric_of(name)
    return math.nan if known is not None and known.name == LOSS.name else None
