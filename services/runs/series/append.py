"""Writing points: a block per series, its summary, and now and then segments."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import Row, bindparam, insert, select, update
from sqlalchemy.orm import Session

from app.models.series import Series, SeriesBlock, SeriesSegment
from services.runs.bests import NAMES, keep_bests
from services.runs.domain.columns import Columns, Steps, Summary, merged, summarise
from services.runs.ports import Point
from services.runs.series.best import Best, Key, bests_of
from services.runs.series.encoding import block_values, decoded_steps
from services.runs.series.settle import SETTLED_FROM, settle
from services.runs.series.stored import columns_of

SeriesKey = tuple[str, str]
Known = Mapping[Key, Row[Any]]

_SUMMARY = ("count", "last", "last_step", "min", "min_step", "max", "max_step")
_CHANGING = (*_SUMMARY, "best", "best_step", "unsettled")
_TABLE = Series.__table__
_FACTS = [_TABLE.c[name] for name in ("id", "run_id", "name", "client", "unsettled", *_SUMMARY)]
# built once: to build a statement costs more than SQLite takes to answer it
_KNOWN = select(*_FACTS).where(
    _TABLE.c.run_id.in_(bindparam("run_ids", expanding=True)),
    _TABLE.c.name.in_(bindparam("names", expanding=True)),
    _TABLE.c.client.in_(bindparam("clients", expanding=True)),
)
_INSERT_BLOCKS = insert(SeriesBlock.__table__).inline()  # type: ignore[arg-type]
_MAKE = insert(Series).returning(Series.id, Series.run_id, Series.name, Series.client)
_UPDATE = (
    update(_TABLE)  # type: ignore[arg-type]
    .where(_TABLE.c.id == bindparam("row_id"))
    .values({name: bindparam(f"new_{name}") for name in _CHANGING})
)


def append_points(session: Session, run_id: int, points: Sequence[Point], at: datetime) -> None:
    """Store ``points`` of one epoch or round."""
    grouped: dict[SeriesKey, dict[int, float]] = defaultdict(dict)
    for point in points:
        grouped[(point.name, point.client or "")][point.step] = point.value
    fresh = {key: _columns(values, at) for key, values in grouped.items()}
    append_columns(session, run_id, fresh)


def _columns(values: dict[int, float], at: datetime) -> Columns:
    steps = sorted(values)
    return Columns(
        steps=np.array(steps, dtype=np.int64),
        values=np.array([values[step] for step in steps], dtype=np.float64),
        times=np.full(len(steps), at.timestamp()),
    )


def append_columns(session: Session, run_id: int, columns: Mapping[SeriesKey, Columns]) -> None:
    """Store points by (name, client), where the run's own client is empty.

    Steps may come in any order and twice: of one step the last counts. Two writers of one run
    must not do this at the same time: the caller holds SQLite's write lock or the run's row.
    """
    append_to_runs(session, {run_id: columns})


def append_to_runs(session: Session, columns: Mapping[int, Mapping[SeriesKey, Columns]]) -> None:
    """Store the points of several runs, as ``append_columns`` does those of one."""
    fresh = {
        (run_id, name, client): Columns.joined([given])
        for run_id, several in columns.items()
        for (name, client), given in several.items()
        if len(given)
    }
    if not fresh:
        return
    known = _known(session, fresh)
    summaries = _summaries(session, known, fresh)
    waiting = {key: len(new) + _unsettled(known, key) for key, new in fresh.items()}
    full = {key for key, count in waiting.items() if count >= SETTLED_FROM}
    counts = {key: 0 if key in full else count for key, count in waiting.items()}
    bests = bests_of(session, summaries, known, fresh)
    ids = _write_summaries(session, known, summaries, bests, counts)
    blocks = [block_values(ids[key], new) for key, new in fresh.items() if key not in full]
    if blocks:
        session.connection().execute(_INSERT_BLOCKS, _plain(blocks))
    if full:
        settle(session, {ids[key]: fresh[key] for key in full})
    better = {key[0] for key, summary in summaries.items() if _is_new_best(known, key, summary)}
    if better:
        keep_bests(session, sorted(better))


def _plain(rows: list[dict[str, Any]]) -> Any:
    """Return one row as itself: PostgreSQL's driver opens a pipeline for a list."""
    return rows if rows[1:] else rows[0]


def _is_new_best(known: Known, key: Key, summary: Summary) -> bool:
    _, name, client = key
    if client or name not in NAMES:
        return False
    return key not in known or known[key].max != summary.max


def _known(session: Session, keys: Iterable[Key]) -> Known:
    run_ids, names, clients = (list(set(part)) for part in zip(*keys, strict=True))
    wanted = {"run_ids": run_ids, "names": names, "clients": clients}
    rows = session.connection().execute(_KNOWN, wanted)
    return {(row.run_id, row.name, row.client): row for row in rows}


def _unsettled(known: Known, key: Key) -> int:
    return int(known[key].unsettled) if key in known else 0


def _summaries(session: Session, known: Known, fresh: Mapping[Key, Columns]) -> dict[Key, Summary]:
    found = {key: summarise(columns) for key, columns in fresh.items()}
    late = {
        known[key].id: columns for key, columns in fresh.items() if _is_late(known, key, columns)
    }
    stored = _stored_steps(session, late)
    doubtful = []
    for key in fresh:
        if key not in known:
            continue
        row = known[key]
        twice = np.intersect1d(fresh[key].steps, stored[row.id]) if row.id in stored else _NONE
        if len(twice) and _holds(twice, (row.min_step, row.max_step)):
            doubtful.append(key)  # an extreme is written over: what is next to it?
            continue
        both = merged(_summary_of(row), found[key])
        found[key] = _recounted(both, len(twice))
    whole = columns_of(session, [known[key].id for key in doubtful])
    for key in doubtful:
        found[key] = summarise(Columns.joined([whole[known[key].id], fresh[key]]))
    return found


_NONE: Steps = np.empty(0, dtype=np.int64)


def _is_late(known: Known, key: Key, columns: Columns) -> bool:
    last = known[key].last_step if key in known else None
    return last is not None and int(columns.steps[0]) <= last


def _stored_steps(session: Session, late: Mapping[int, Columns]) -> dict[int, Steps]:
    """Return the steps of the blocks and segments that late points may lie in."""
    if not late:
        return {}
    lowest = min(int(columns.steps[0]) for columns in late.values())
    highest = max(int(columns.steps[-1]) for columns in late.values())
    found: dict[int, list[Steps]] = defaultdict(list)
    for model in (SeriesSegment, SeriesBlock):
        facts = (model.series_id, model.count, model.first_step, model.last_step, model.steps)
        touched = (model.last_step >= lowest, model.first_step <= highest)
        for row in session.execute(select(*facts).where(model.series_id.in_(late), *touched)):
            found[row.series_id].append(decoded_steps(row))
    return {series_id: np.concatenate(parts) for series_id, parts in found.items()}


def _holds(steps: Steps, wanted: Sequence[int | None]) -> bool:
    return any(step is not None and step in steps for step in wanted)


def _summary_of(row: Row[Any]) -> Summary:
    return Summary(**{name: row._mapping[name] for name in _SUMMARY})


def _recounted(summary: Summary, twice: int) -> Summary:
    facts = vars(summary)
    return Summary(**facts | {"count": summary.count - twice}) if twice else summary


def _write_summaries(
    session: Session,
    known: Known,
    summaries: Mapping[Key, Summary],
    bests: Mapping[Key, Best],
    unsettled: Mapping[Key, int],
) -> dict[Key, int]:
    rows = {
        key: {**vars(summary), **bests[key], "unsettled": unsettled[key]}
        for key, summary in summaries.items()
    }
    changed = [
        {"row_id": known[key].id} | {f"new_{name}": value for name, value in row.items()}
        for key, row in rows.items()
        if key in known
    ]
    if changed:
        session.connection().execute(_UPDATE, _plain(changed))
    new = [
        {"run_id": run_id, "name": name, "client": client, **row}
        for (run_id, name, client), row in rows.items()
        if (run_id, name, client) not in known
    ]
    ids = {key: int(row.id) for key, row in known.items()}
    if new:
        made = session.execute(_MAKE, new)
        ids |= {(row.run_id, row.name, row.client): row.id for row in made}
    return ids
