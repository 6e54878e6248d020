"""Bring data that older versions wrote in line with what is written now.

The untrained model of round 0 was the best of a federation's curve where nothing was better; it
is that only while it is alone. And trainings had no parameters to search by before there was a
table for them: they are their configuration.
"""

import math
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import numpy as np
import orjson
import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

PORTION = 200
QUIET_SECONDS = 2.0
SERVER = "global_"  # how the curves begin that the server of a federation measures
LOWER_IS_BETTER = ("loss", "error")
SHORT, MAX_NAME_LENGTH = 200, 250

RUNS = sa.table("runs", *map(sa.column, ("id", "training_mode", "origin", "config")))
PARAMS = sa.table(
    "run_params", *map(sa.column, ("run_id", "name", "value", "short")), sa.column("number")
)
SERIES = sa.table("series", *map(sa.column, ("id", "run_id", "name", "count", "best", "best_step")))
POINTS = ("id", "series_id", "count", "first_step", "last_step", "steps", "values")
BLOCKS = sa.table("series_blocks", *map(sa.column, POINTS))
SEGMENTS = sa.table("series_segments", *map(sa.column, POINTS))


def upgrade() -> None:
    connection = op.get_bind()
    _best_of_trained_rounds(connection)
    _params_of_configurations(connection)


def downgrade() -> None:
    """Leave everything: an older version reads it as well."""


def _portions(connection: sa.Connection, query: Any, key: Any, what: str) -> Iterator[Any]:
    """Yield the rows of ``query`` by ``key``, some at a time, and report how far it is."""
    last, done, reported_at = 0, 0, time.monotonic()
    while rows := connection.execute(query.where(key > last).order_by(key).limit(PORTION)).all():
        yield rows
        last, done = rows[-1].id, done + len(rows)
        if time.monotonic() - reported_at > QUIET_SECONDS:
            reported_at = time.monotonic()
            sys.stderr.write(f"{what}: {done:,} done\n")
            sys.stderr.flush()


def _best_of_trained_rounds(connection: sa.Connection) -> None:
    doubtful = (
        sa.select(SERIES.c.id, SERIES.c.name)
        .join(RUNS, RUNS.c.id == SERIES.c.run_id)
        .where(
            RUNS.c.training_mode == "federated",
            SERIES.c.best_step == 0,
            SERIES.c.count > 1,
            sa.func.substr(SERIES.c.name, 1, len(SERVER)) == SERVER,
        )
    )
    for rows in _portions(connection, doubtful, SERIES.c.id, "Best values of federations"):
        names = {row.id: row.name for row in rows}
        points = _points(connection, list(names))
        rows_to_change = [
            {"series": series_id, "value": best[0], "step": best[1]}
            for series_id, (steps, values) in points.items()
            if (best := _best(names[series_id], steps, values)) is not None
        ]
        if rows_to_change:
            columns = {"best": sa.bindparam("value"), "best_step": sa.bindparam("step")}
            change = sa.update(SERIES).where(SERIES.c.id == sa.bindparam("series")).values(columns)
            connection.execute(change, rows_to_change)


def _best(name: str, steps: Any, values: Any) -> tuple[float, int] | None:
    """Return the best finite value after round 0 and its step, None where there is none."""
    counts = (steps > 0) & np.isfinite(values)
    steps, values = steps[counts], values[counts]
    if not len(values):
        return None
    lower = any(word in name for word in LOWER_IS_BETTER)
    place = int(np.argmin(values) if lower else np.argmax(values))
    return float(values[place]), int(steps[place])


def _points(connection: sa.Connection, ids: Sequence[int]) -> dict[int, tuple[Any, Any]]:
    """Return steps and values of each series in ascending order; of one step the last counts."""
    parts: dict[int, list[tuple[Any, Any]]] = {}
    for table, order in ((SEGMENTS, SEGMENTS.c.first_step), (BLOCKS, BLOCKS.c.id)):
        query = sa.select(table).where(table.c.series_id.in_(ids))
        stored = connection.execute(query.order_by(table.c.series_id, order)).mappings()
        for series_id, rows in groupby(stored, key=lambda row: row["series_id"]):
            parts.setdefault(series_id, []).extend(_decoded(row) for row in rows)
    return {series_id: _joined(several) for series_id, several in parts.items()}


def _decoded(row: Any) -> tuple[Any, Any]:
    count, first, last = row["count"], row["first_step"], row["last_step"]
    values = np.frombuffer(row["values"], "<f8")
    if row["steps"]:
        return np.frombuffer(row["steps"], "<i8"), values
    return np.arange(count, dtype=np.int64) * ((last - first) // max(1, count - 1)) + first, values


def _joined(parts: Sequence[tuple[Any, Any]]) -> tuple[Any, Any]:
    steps = np.concatenate([steps for steps, _ in parts])
    values = np.concatenate([values for _, values in parts])
    kept, places = np.unique(steps[::-1], return_index=True)
    return kept, values[::-1][places]


def _params_of_configurations(connection: sa.Connection) -> None:
    without = sa.select(RUNS.c.id, RUNS.c.config).where(
        RUNS.c.origin == "trained", ~sa.exists().where(PARAMS.c.run_id == RUNS.c.id)
    )
    for rows in _portions(connection, without, RUNS.c.id, "Parameters of trainings"):
        params = [
            _param(row.id, name, value) for row in rows for name, value in _settings(row.config)
        ]
        if params:
            connection.execute(sa.insert(PARAMS), params)


def _settings(config: str) -> list[tuple[str, Any]]:
    parsed = orjson.loads(config)
    named = parsed.items() if isinstance(parsed, dict) else ()
    return [(name, value) for name, value in named if len(name) <= MAX_NAME_LENGTH]


def _param(run_id: int, name: str, value: Any) -> dict[str, Any]:
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    text = text.replace("\0", "")  # which PostgreSQL does not store
    number = _number(value)
    return {"run_id": run_id, "name": name, "value": text, "short": text[:SHORT], "number": number}


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None
