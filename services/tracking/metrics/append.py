"""Writing points: a block per series, its summary, and now and then segments."""

from collections.abc import Iterable, Mapping, Set
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from app.models.series import Series, SeriesBlock
from services.tracking.domain.columns import Columns
from services.tracking.metrics.best import Goals, Key, best_by_series, goals_of
from services.tracking.metrics.compact import SETTLED_FROM, settle
from services.tracking.metrics.encoding import COLUMNS, block_values
from services.tracking.metrics.merge import SUMMARY, Known, merged_summaries

SeriesKey = tuple[str, str]
Values = Mapping[str, Any]

_CHANGING = (*SUMMARY, "best", "best_step", "unsettled")
_TABLE = Series.__table__
_FACTS = [
    _TABLE.c[name]
    for name in (
        "id",
        "run_id",
        "name",
        "client",
        "unsettled",
        "goal",
        "best",
        "best_step",
        *SUMMARY,
    )
]
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
_CONTINUE = _INSERT_BLOCKS.values({name: bindparam(f"block_{name}") for name in COLUMNS})
# a new summary and a block behind it: PostgreSQL does both in one round trip
_SUMMARY_AND_BLOCK = {
    "sqlite": (_UPDATE, _CONTINUE),
    "postgresql": (_CONTINUE.add_cte(_UPDATE.cte("changed")),),
}


def write_columns(session: Session, columns: Mapping[int, Mapping[SeriesKey, Columns]]) -> Set[Key]:
    """Store points by run and (name, client), where the run's own client is empty.

    Steps may come in any order and twice: of one step the last counts. Two writers of one run
    must not do this at the same time: the caller holds SQLite's write lock or the runs' rows.
    Returns the series that are new or have another best value than before.
    """
    fresh = {
        (run_id, name, client): Columns.joined([given])
        for run_id, several in columns.items()
        for (name, client), given in several.items()
        if len(given)
    }
    if not fresh:
        return set()
    known = _known(session, fresh)
    summaries = merged_summaries(session, known, fresh)
    waiting = {key: len(new) + _unsettled(known, key) for key, new in fresh.items()}
    full = {key for key, count in waiting.items() if count >= SETTLED_FROM}
    counts = {key: 0 if key in full else count for key, count in waiting.items()}
    goals = goals_of(session, fresh, known)
    best = best_by_series(session, summaries, goals, known, fresh)
    rows = {
        key: {**vars(summary), **best[key], "unsettled": counts[key]}
        for key, summary in summaries.items()
    }
    ids = _ids(session, known, rows, goals)
    blocks = {key: block_values(ids[key], new) for key, new in fresh.items() if key not in full}
    _write(session, known, rows, blocks)
    if full:
        settle(session, {ids[key]: fresh[key] for key in full})
    return {key for key in best if key not in known or known[key].best != best[key]["best"]}


def _plain(rows: list[dict[str, Any]] | list[Values]) -> Any:
    """Return one row as itself: PostgreSQL's driver opens a pipeline for a list."""
    return rows if rows[1:] else rows[0]


def _known(session: Session, keys: Iterable[Key]) -> Known:
    run_ids, names, clients = (list(set(part)) for part in zip(*keys, strict=True))
    values = {"run_ids": run_ids, "names": names, "clients": clients}
    rows = session.connection().execute(_KNOWN, values)
    return {(row.run_id, row.name, row.client): row for row in rows}


def _unsettled(known: Known, key: Key) -> int:
    return int(known[key].unsettled) if key in known else 0


def _ids(
    session: Session, known: Known, rows: Mapping[Key, Values], goals: Goals
) -> dict[Key, int]:
    """Return the id of each series; those that are new begin with their summary."""
    ids = {key: int(row.id) for key, row in known.items()}
    new = [
        {
            "run_id": run_id,
            "name": name,
            "client": client,
            "goal": goals[run_id, name, client],
            **row,
        }
        for (run_id, name, client), row in rows.items()
        if (run_id, name, client) not in known
    ]
    if new:
        made = session.execute(_MAKE, new)
        ids |= {(row.run_id, row.name, row.client): row.id for row in made}
    return ids


def _write(
    session: Session, known: Known, rows: Mapping[Key, Values], blocks: Mapping[Key, Values]
) -> None:
    """Write the summaries of known series, and all blocks."""
    connection = session.connection()
    changed = {
        key: {"row_id": known[key].id} | {f"new_{name}": value for name, value in row.items()}
        for key, row in rows.items()
        if key in known
    }
    grown = [
        row | {f"block_{name}": value for name, value in blocks[key].items()}
        for key, row in changed.items()
        if key in blocks
    ]
    if grown:
        for statement in _SUMMARY_AND_BLOCK[connection.dialect.name]:
            connection.execute(statement, _plain(grown))
    if settled := [row for key, row in changed.items() if key not in blocks]:
        connection.execute(_UPDATE, _plain(settled))
    if begun := [block for key, block in blocks.items() if key not in known]:
        connection.execute(_INSERT_BLOCKS, _plain(begun))
