"""Storing what runs measured: their series, and the best of those on the rows of the runs."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

import numpy as np
from sqlalchemy.orm import Session

from services.runs.results.best import NAMES, update_best
from services.runs.training.ports import Point
from services.tracking.domain.columns import Columns
from services.tracking.metrics import SeriesKey, write_columns


def append_points(session: Session, run_id: int, points: Sequence[Point], at: datetime) -> None:
    """Store ``points`` of one epoch or round."""
    grouped: dict[SeriesKey, dict[int, float]] = defaultdict(dict)
    for point in points:
        grouped[(point.name, point.client or "")][point.step] = point.value
    append_columns(session, run_id, {key: _columns(one, at) for key, one in grouped.items()})


def _columns(values: dict[int, float], at: datetime) -> Columns:
    steps = sorted(values)
    return Columns(
        steps=np.array(steps, dtype=np.int64),
        values=np.array([values[step] for step in steps], dtype=np.float64),
        times=np.full(len(steps), at.timestamp()),
    )


def append_columns(session: Session, run_id: int, columns: Mapping[SeriesKey, Columns]) -> None:
    """Store points of one run by (name, client), as ``write_columns`` does."""
    append_to_runs(session, {run_id: columns})


def append_to_runs(session: Session, columns: Mapping[int, Mapping[SeriesKey, Columns]]) -> None:
    """Store the points of several runs, as ``write_columns`` does."""
    changed = write_columns(session, columns)
    better = {run_id for run_id, name, client in changed if not client and name in NAMES}
    if better:
        update_best(session, sorted(better))
