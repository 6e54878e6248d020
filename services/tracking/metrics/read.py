"""Reading curves at any zoom: from the coarsest level of the pyramid that still shows enough."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.models.series import Series, SeriesBlock, SeriesSegment
from services.tracking.domain.columns import Columns, Floats, Steps
from services.tracking.domain.pyramid import Pieces, coarsest, thin
from services.tracking.metrics.encoding import decoded
from services.tracking.metrics.stored import Stored, rows_of

MAX_POINTS = 2_000
MAX_REPORTED = 500_000  # points of all curves in one answer
MIN_POINTS = 2

Segment = Any  # a row with the steps between which it lies


@dataclass(frozen=True, kw_only=True)
class SeriesQuery:
    """Which curves of which runs, which part of them, and how many points of each at most.

    No ``names`` means all of them. ``client`` None means the runs' own curves and every
    client's, an empty text only the runs' own. Steps are included at both ends. All curves
    together have at most ``max_total_points`` points, so that no query is too large to answer.
    """

    run_ids: Sequence[int]
    names: Sequence[str] = ()
    client: str | None = None
    from_step: int | None = None
    to_step: int | None = None
    max_points: int = MAX_POINTS
    max_total_points: int | None = None


@dataclass(frozen=True, kw_only=True)
class Curve:
    """One curve: ``pieces`` of a point each, or of several where ``is_thinned``."""

    run_id: int
    name: str
    client: str | None
    pieces: Pieces

    @property
    def is_thinned(self) -> bool:
        """Whether pieces stand for more than one point."""
        return self.pieces.points > len(self.pieces)


def read_curves(session: Session, query: SeriesQuery) -> list[Curve]:
    """Return the curves by run, name and client."""
    rows = session.execute(
        select(Series.id, Series.run_id, Series.name, Series.client)
        .where(*_conditions(query))
        .order_by(Series.run_id, Series.name, Series.client)
    ).all()
    if not rows:
        return []
    limit = query.max_points
    if query.max_total_points is not None:
        limit = max(MIN_POINTS, min(limit, query.max_total_points // len(rows)))
    pieces = _CurveReader(session, query, limit).read([row.id for row in rows])
    return [
        Curve(run_id=row.run_id, name=row.name, client=row.client or None, pieces=pieces[row.id])
        for row in rows
    ]


def _conditions(query: SeriesQuery) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [Series.run_id.in_(query.run_ids)]
    if query.names:
        conditions.append(Series.name.in_(query.names))
    if query.client is not None:
        conditions.append(Series.client == query.client)
    return conditions


NOTHING = Columns(steps=np.empty(0, dtype=np.int64), values=np.empty(0), times=np.empty(0))


class _CurveReader:
    """Reads many series in four statements at the most, and no more of each than it needs."""

    def __init__(self, session: Session, query: SeriesQuery, limit: int) -> None:
        self._session = session
        self._first, self._last = query.from_step, query.to_step
        self._limit = limit

    def read(self, ids: Sequence[int]) -> dict[int, Pieces]:
        """Return at most as many pieces of each series as the query allows."""
        fresh = self._fresh(ids)
        segments = self._segments(ids)
        plans = {
            series_id: _plan(plan, fresh.get(series_id, NOTHING), self._is_inside, self._limit)
            for series_id, plan in segments.items()
        }
        raw = self._raw([s.id for plan in plans.values() for s, scale in plan if scale == 1])
        level = self._levels([(s, scale) for plan in plans.values() for s, scale in plan])
        pieces = {}
        for series_id in ids:
            points = [fresh.get(series_id, NOTHING)]
            levels = []
            for segment, scale in plans.get(series_id, ()):
                if scale == 1:
                    points.insert(-1, raw[segment.id])
                else:
                    levels.append(level[segment.id])
            raw_points = Columns.joined(points).between(self._first, self._last)
            pieces[series_id] = thin(_in_order(raw_points, levels), self._limit)
        return pieces

    def _fresh(self, ids: Iterable[int]) -> dict[int, Columns]:
        parts: dict[int, list[Columns]] = defaultdict(list)
        for row in self._session.execute(self._in_range(rows_of(SeriesBlock), SeriesBlock, ids)):
            parts[row.series_id].append(decoded(row))
        return {
            series_id: Columns.joined(columns).between(self._first, self._last)
            for series_id, columns in parts.items()
        }

    def _segments(self, ids: Iterable[int]) -> dict[int, list[Segment]]:
        facts = (SeriesSegment.id, SeriesSegment.series_id, SeriesSegment.count)
        query = select(*facts, SeriesSegment.first_step, SeriesSegment.last_step)
        ordered = query.order_by(SeriesSegment.series_id, SeriesSegment.first_step)
        segments: dict[int, list[Segment]] = defaultdict(list)
        for row in self._session.execute(self._in_range(ordered, SeriesSegment, ids)):
            segments[row.series_id].append(row)
        return segments

    def _in_range(self, query: Any, model: Stored, ids: Iterable[int]) -> Any:
        query = query.where(model.series_id.in_(ids))
        if self._first is not None:
            query = query.where(model.last_step >= self._first)
        if self._last is not None:
            query = query.where(model.first_step <= self._last)
        return query

    def _is_inside(self, segment: Segment) -> bool:
        after = self._first is None or segment.first_step >= self._first
        return after and (self._last is None or segment.last_step <= self._last)

    def _raw(self, ids: Sequence[int]) -> dict[int, Columns]:
        if not ids:
            return {}
        query = rows_of(SeriesSegment).where(SeriesSegment.id.in_(ids))
        return {row.id: decoded(row) for row in self._session.execute(query)}

    def _levels(self, requested: Sequence[tuple[Segment, int]]) -> dict[int, Pieces]:
        levels: dict[int, Pieces] = {}
        for scale in sorted({scale for _, scale in requested if scale > 1}):
            column = getattr(SeriesSegment, f"by_{scale}").label("level")
            ids = [segment.id for segment, one in requested if one == scale]
            query = select(SeriesSegment.id, SeriesSegment.count.label("points"), column)
            for row in self._session.execute(query.where(SeriesSegment.id.in_(ids))):
                levels[row.id] = Pieces.decoded(row.level, scale, row.points)
        return levels


def _plan(
    segments: Sequence[Segment], fresh: Columns, is_inside: Any, limit: int
) -> list[tuple[Segment, int]]:
    """Return from which scale each segment is read; 1 means point by point.

    Point by point are those at the ends of the range and those with steps written again.
    """
    inside = [segment for segment in segments if is_inside(segment)]
    scale = coarsest(sum(s.count for s in inside) + len(fresh), limit)
    firsts = np.array([s.first_step for s in segments], dtype=np.int64)
    lasts = np.array([s.last_step for s in segments], dtype=np.int64)
    dirty = np.searchsorted(fresh.steps, firsts) < np.searchsorted(fresh.steps, lasts, side="right")
    return [
        (segment, scale if is_inside(segment) and not rewritten else 1)
        for segment, rewritten in zip(segments, dirty.tolist(), strict=True)
    ]


def _in_order(points: Columns, levels: Sequence[Pieces]) -> Pieces:
    """Return points and pieces of levels in one ascending order; no piece holds a point."""
    if not levels:
        return Pieces.of(points)
    firsts = np.array([pieces.steps[0] for pieces in levels], dtype=np.int64)
    cuts: Steps = np.searchsorted(points.steps, firsts)
    parts: list[Pieces] = []
    begin = 0
    for cut, pieces in zip(cuts.tolist(), levels, strict=True):
        parts += [Pieces.of(points.at(slice(begin, cut))), pieces]
        begin = cut
    return Pieces.joined([*parts, Pieces.of(points.at(slice(begin, None)))])


def read_series(
    session: Session,
    run_id: int,
    *,
    names: Sequence[str] = (),
    client: str | None = None,
    max_points: int = MAX_POINTS,
) -> list[dict[str, Any]]:
    """Return the curves of one run as plain columns, at most ``max_points`` points each.

    A value that is not finite becomes None; a thinned curve has ``min`` and ``max`` per point,
    so that a spike of one step stays visible.
    """
    query = SeriesQuery(run_ids=[run_id], names=names, client=client, max_points=max_points)
    return [_plain(curve) for curve in read_curves(session, query)]


def _plain(curve: Curve) -> dict[str, Any]:
    pieces = curve.pieces
    columns: Mapping[str, Any] = {
        "name": curve.name,
        "client": curve.client,
        "steps": pieces.steps.tolist(),
        "values": numbers(pieces.values),
        "times": pieces.times.tolist(),
    }
    if not curve.is_thinned:
        return dict(columns)
    return {**columns, "min": numbers(pieces.low), "max": numbers(pieces.high)}


def numbers(values: Floats) -> list[float | None]:
    """Return the values as JSON knows them: what is not finite becomes None."""
    values_or_none: list[float | None] = values.tolist()
    for place in np.flatnonzero(~np.isfinite(values)).tolist():
        values_or_none[place] = None
    return values_or_none
