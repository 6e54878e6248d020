"""How points lie in a row: little-endian columns, as short as they can be."""

from typing import Any

import numpy as np

from services.tracking.domain.columns import Columns, Floats, Steps
from services.tracking.domain.pyramid import levels

# of a block
COLUMNS = ("series_id", "count", "first_step", "last_step", "steps", "values", "times")

StoredPoints = Any  # a block, a segment, or a row of the same columns


def block_values(series_id: int, columns: Columns) -> dict[str, Any]:
    """Return the row of a block that stores ``columns``, at least one point."""
    return {
        "series_id": series_id,
        "count": len(columns),
        "first_step": int(columns.steps[0]),
        "last_step": int(columns.steps[-1]),
        "steps": _steps(columns.steps),
        "values": columns.values.astype("<f8", copy=False).tobytes(),
        "times": _times(columns.times),
    }


def segment_values(series_id: int, columns: Columns) -> dict[str, Any]:
    """Return the row of a segment that stores ``columns``, with its pyramid."""
    pyramid = {f"by_{scale}": level.encoded() for scale, level in levels(columns).items()}
    return block_values(series_id, columns) | pyramid


def decoded(row: StoredPoints) -> Columns:
    """Return the points that a row stores."""
    return Columns(
        steps=decoded_steps(row),
        values=np.frombuffer(row.values, "<f8"),
        times=_decoded_times(row),
    )


def decoded_steps(row: StoredPoints) -> Steps:
    """Return the steps alone."""
    if row.steps:
        return np.frombuffer(row.steps, "<i8")
    distance: int = (row.last_step - row.first_step) // max(1, row.count - 1)
    return np.arange(row.count, dtype=np.int64) * distance + np.int64(row.first_step)


def _steps(steps: Steps) -> bytes:
    distances = steps[1:] - steps[:-1]
    regular = len(distances) < 2 or bool(np.all(distances == distances[0]))
    return b"" if regular else steps.astype("<i8", copy=False).tobytes()


def _times(times: Floats) -> bytes:
    stored = times[:1] if bool(np.all(times == times[0])) else times
    return stored.astype("<f8", copy=False).tobytes()


def _decoded_times(row: StoredPoints) -> Floats:
    times = np.frombuffer(row.times, "<f8")
    return times if len(times) == row.count else np.full(row.count, times[0])
