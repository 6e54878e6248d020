"""Metrics as series (design D7): appended an epoch at a time, read back as columns.

A point is (series, step) and the last write wins, so a resumed attempt may write a step again.
Every function here needs a constant number of statements, however many series there are.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Row, Select, insert, select, update
from sqlalchemy.orm import Session

from app.models.series import Series, SeriesBlock
from services.runs.bests import NAMES, keep_bests
from services.runs.domain.columns import Columns, Floats, Summary, followed_by, summarise, thin
from services.runs.ports import Point

SeriesKey = tuple[str, str]
Block = SeriesBlock | Row[int, int, int, bytes, bytes, bytes]
MOST_POINTS = 2_000


def append_points(session: Session, run_id: int, points: Sequence[Point], at: datetime) -> None:
    """Store ``points`` of one epoch or round: a block per series, and its summary."""
    fresh = _columns_by_series(points, at)
    if not fresh:
        return
    known = _known(session, run_id, fresh)
    rewritten = {
        key: known[key].id for key in fresh if key in known and _overlaps(known[key], fresh[key])
    }
    stored = columns_of(session, rewritten.values())
    summaries = {
        key: _summary(known.get(key), stored.get(rewritten.get(key, 0)), columns)
        for key, columns in fresh.items()
    }
    ids = _write_summaries(session, run_id, known, summaries)
    session.execute(
        insert(SeriesBlock), [block_values(ids[key], columns) for key, columns in fresh.items()]
    )
    if NAMES & {name for name, client in fresh if not client}:
        keep_bests(session, [run_id])


def _columns_by_series(points: Iterable[Point], at: datetime) -> dict[SeriesKey, Columns]:
    grouped: dict[SeriesKey, dict[int, float]] = defaultdict(dict)
    for point in points:
        grouped[(point.name, point.client or "")][point.step] = point.value
    return {key: _columns(values, at) for key, values in grouped.items()}


def _columns(values: dict[int, float], at: datetime) -> Columns:
    steps = sorted(values)
    return Columns(
        steps=np.array(steps, dtype=np.int64),
        values=np.array([values[step] for step in steps], dtype=np.float64),
        times=np.full(len(steps), at.timestamp()),
    )


def _known(session: Session, run_id: int, keys: Iterable[SeriesKey]) -> dict[SeriesKey, Series]:
    names = {name for name, _ in keys}
    clients = {client for _, client in keys}
    rows = session.scalars(
        select(Series)
        .where(Series.run_id == run_id, Series.name.in_(names), Series.client.in_(clients))
        .execution_options(populate_existing=True)
    )
    return {(row.name, row.client): row for row in rows}


def _overlaps(series: Series, columns: Columns) -> bool:
    return series.last_step is not None and int(columns.steps[0]) <= series.last_step


def _summary(known: Series | None, stored: Columns | None, fresh: Columns) -> Summary:
    if known is None:
        return summarise(fresh)
    if stored is not None:  # a step is written again: an extreme may have gone with it
        return summarise(Columns.joined([stored, fresh]))
    return followed_by(_summary_of(known), summarise(fresh))


def _summary_of(series: Series) -> Summary:
    return Summary(
        count=series.count,
        last=series.last,
        last_step=series.last_step or 0,
        min=series.min,
        min_step=series.min_step,
        max=series.max,
        max_step=series.max_step,
    )


def _write_summaries(
    session: Session,
    run_id: int,
    known: dict[SeriesKey, Series],
    summaries: dict[SeriesKey, Summary],
) -> dict[SeriesKey, int]:
    changed = [{"id": known[key].id, **asdict(summaries[key])} for key in summaries if key in known]
    if changed:
        session.execute(update(Series), changed)
    new = [
        {"run_id": run_id, "name": name, "client": client, **asdict(summary)}
        for (name, client), summary in summaries.items()
        if (name, client) not in known
    ]
    ids = {key: row.id for key, row in known.items()}
    if new:
        made = session.execute(insert(Series).returning(Series.id, Series.name, Series.client), new)
        ids |= {(row.name, row.client): row.id for row in made}
    return ids


def block_values(series_id: int, columns: Columns) -> dict[str, Any]:
    """Return the row that stores ``columns``."""
    return {
        "series_id": series_id,
        "count": len(columns.steps),
        "first_step": int(columns.steps[0]),
        "last_step": int(columns.steps[-1]),
        "steps": columns.steps.astype("<i8").tobytes(),
        "values": columns.values.astype("<f8").tobytes(),
        "times": columns.times.astype("<f8").tobytes(),
    }


def columns_of(session: Session, series_ids: Iterable[int]) -> dict[int, Columns]:
    """Return the points of each series, whole."""
    ids = list(series_ids)
    if not ids:
        return {}
    parts: dict[int, list[Columns]] = defaultdict(list)
    for row in session.execute(_blocks().where(SeriesBlock.series_id.in_(ids))):
        parts[row.series_id].append(decoded(row))
    return {series_id: Columns.joined(found) for series_id, found in parts.items()}


def _blocks() -> Select[int, int, int, bytes, bytes, bytes]:
    columns = (SeriesBlock.id, SeriesBlock.series_id, SeriesBlock.count)
    arrays = (SeriesBlock.steps, SeriesBlock.values, SeriesBlock.times)
    return select(*columns, *arrays).order_by(SeriesBlock.id)


def decoded(row: Block) -> Columns:
    """Return the points that a row stores."""
    return Columns(
        steps=np.frombuffer(row.steps, "<i8").astype(np.int64),
        values=np.frombuffer(row.values, "<f8").astype(np.float64),
        times=np.frombuffer(row.times, "<f8").astype(np.float64),
    )


def read_series(
    session: Session,
    run_id: int,
    *,
    names: Sequence[str] = (),
    client: str | None = None,
    max_points: int = MOST_POINTS,
) -> list[dict[str, Any]]:
    """Return the curves of a run as columns, at most ``max_points`` points each.

    No ``names`` means all of them. ``client`` None means the run's own curves and every
    client's, an empty text only the run's own. A value that is not finite becomes None; a
    thinned curve has ``min`` and ``max`` per point, so that a spike of one step stays visible.
    """
    wanted: list[ColumnElement[bool]] = [Series.run_id == run_id]
    if names:
        wanted.append(Series.name.in_(names))
    if client is not None:
        wanted.append(Series.client == client)
    found = session.execute(
        select(Series.id, Series.name, Series.client)
        .where(*wanted)
        .order_by(Series.name, Series.client)
    ).all()
    columns = columns_of(session, [row.id for row in found])
    return [
        {"name": row.name, "client": row.client or None} | _thinned(columns[row.id], max_points)
        for row in found
        if row.id in columns
    ]


def read_columns(session: Session, run_id: int, names: Sequence[str]) -> dict[str, Columns]:
    """Return the run's own series of these names, whole."""
    found = session.execute(
        select(Series.id, Series.name).where(
            Series.run_id == run_id, Series.name.in_(names), Series.client == ""
        )
    ).all()
    columns = columns_of(session, [row.id for row in found])
    return {row.name: columns[row.id] for row in found if row.id in columns}


def _thinned(columns: Columns, most: int) -> dict[str, Any]:
    if len(columns.steps) <= most:
        return _lists(columns)
    thinned = thin(columns, most)
    bands = {"min": numbers(thinned.low), "max": numbers(thinned.high)}
    return _lists(thinned.columns) | bands


def _lists(columns: Columns) -> dict[str, Any]:
    return {
        "steps": columns.steps.tolist(),
        "values": numbers(columns.values),
        "times": columns.times.tolist(),
    }


def numbers(values: Floats) -> list[float | None]:
    """Return the values as JSON knows them: what is not finite becomes None."""
    told: list[float | None] = values.tolist()
    for place in np.flatnonzero(~np.isfinite(values)).tolist():
        told[place] = None
    return told
