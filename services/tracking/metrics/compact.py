"""Settling: the blocks of a series become segments with a pyramid, which no zoom reads in full.

Segments of one series never overlap. Late and rewritten points are merged into the segments that
they touch; the others stay as they are.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from app.models.series import SeriesBlock, SeriesSegment
from services.tracking.domain.columns import Columns, Steps
from services.tracking.metrics.encoding import decoded, segment_values
from services.tracking.metrics.stored import rows_of

MAX_SEGMENT = 65_536  # points
SETTLED_FROM = 65_536  # points in blocks; fewer are quickly read as they are

Segment = Any  # a row with the steps between which it lies


def settle(session: Session, fresh: Mapping[int, Columns]) -> None:
    """Turn the blocks of these series, and the points in ``fresh`` after them, into segments."""
    points = _unsettled(session, fresh)
    segments = _segments(session, points)
    touched = {
        series_id: touched_by(points[series_id].steps, of_series)
        for series_id, of_series in segments.items()
    }
    old = [segments[series_id][place].id for series_id in touched for place in touched[series_id]]
    stored = _points_of(session, old)
    rows = []
    for series_id, new in points.items():
        places = set(touched.get(series_id, ()))
        staying = [s for place, s in enumerate(segments.get(series_id, ())) if place not in places]
        joined = Columns.joined([*stored.get(series_id, ()), new])
        rows += [segment_values(series_id, part) for part in _parts(joined, staying)]
    session.execute(delete(SeriesBlock).where(SeriesBlock.series_id.in_(points)))
    if old:
        session.execute(delete(SeriesSegment).where(SeriesSegment.id.in_(old)))
    if rows:
        session.execute(insert(SeriesSegment), rows)


def _unsettled(session: Session, fresh: Mapping[int, Columns]) -> dict[int, Columns]:
    parts: dict[int, list[Columns]] = defaultdict(list)
    for row in session.execute(rows_of(SeriesBlock).where(SeriesBlock.series_id.in_(fresh))):
        parts[row.series_id].append(decoded(row))
    for series_id, columns in fresh.items():
        if len(columns):
            parts[series_id].append(columns)
    return {series_id: Columns.joined(several) for series_id, several in parts.items()}


def _segments(session: Session, points: Mapping[int, Columns]) -> dict[int, list[Segment]]:
    facts = (SeriesSegment.id, SeriesSegment.series_id)
    steps = (SeriesSegment.first_step, SeriesSegment.last_step)
    query = select(*facts, *steps).where(SeriesSegment.series_id.in_(points))
    segments: dict[int, list[Segment]] = defaultdict(list)
    for row in session.execute(query.order_by(SeriesSegment.first_step)):
        segments[row.series_id].append(row)
    return segments


def _points_of(session: Session, ids: Sequence[int]) -> dict[int, list[Columns]]:
    parts: dict[int, list[Columns]] = defaultdict(list)
    if ids:
        for row in session.execute(rows_of(SeriesSegment).where(SeriesSegment.id.in_(ids))):
            parts[row.series_id].append(decoded(row))
    return parts


def touched_by(steps: Steps, segments: Sequence[Segment]) -> list[int]:
    """Return the places of the segments that take in points at ``steps``.

    A point between two segments goes to the earlier one, so that no tiny segment comes between;
    points behind the last segment touch none.
    """
    if not segments:
        return []
    firsts = np.array([segment.first_step for segment in segments], dtype=np.int64)
    inside = steps[: np.searchsorted(steps, segments[-1].last_step, side="right")]
    places = np.maximum(np.searchsorted(firsts, inside, side="right") - 1, 0)
    return [int(place) for place in np.unique(places)]


def _parts(columns: Columns, staying: Sequence[Segment]) -> Iterator[Columns]:
    """Yield the points in pieces of at most a segment, none of them across one that stays."""
    firsts = np.array([segment.first_step for segment in staying], dtype=np.int64)
    cuts = [0, *np.searchsorted(columns.steps, firsts).tolist(), len(columns)]
    for begin, end in pairwise(cuts):
        count = -(-(end - begin) // MAX_SEGMENT)
        edges = np.linspace(begin, end, count + 1).astype(int).tolist() if count else [begin]
        for first, last in pairwise(edges):
            yield columns.at(slice(first, last))
