"""The SQLite database of an MLflow server as runs: opened read-only, and only rows are read.

Both the 2.x and the 3.x schema hold these tables; columns that a version lacks are left out.
What the file says of itself is not trusted: a view or a trigger in it could compute for ever.
"""

import math
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from services.runs.domain.columns import Columns
from services.runs.domain.tags import fault_of_name
from services.runs.edit import MOST_NOTES
from services.runs.imports.errors import ImportRefused
from services.runs.imports.points import Points
from services.runs.imports.text import (
    few,
    moment_of,
    one_line,
    params_that_fit,
    storable,
    tags_that_fit,
)
from services.runs.imports.types import ForeignRun, Skipped

TABLES = {
    "experiments": ("experiment_id", "name"),
    "runs": ("run_uuid", "experiment_id", "status", "lifecycle_stage"),
    "metrics": ("run_uuid", "key", "value"),
    "params": ("run_uuid", "key", "value"),
    "tags": ("run_uuid", "key", "value"),
}
STATUS = {"FINISHED": "completed", "FAILED": "failed", "KILLED": "cancelled"}
NOTES, NAME = "mlflow.note.content", "mlflow.runName"
MOST_POINTS = 20_000_000  # of one run: they are held in memory while it is written
STEPS_OF_SQLITE = 2_000_000_000  # instructions; a sane database of millions of points needs fewer
INFINITE = 1.7976931348623157e308  # how infinity is written down there


@dataclass(frozen=True, kw_only=True)
class _Source:
    """The opened file, and the columns of each of its tables."""

    connection: sqlite3.Connection
    columns: dict[str, set[str]]

    def rows(self, sql: str, *values: Any) -> Iterator[tuple[Any, ...]]:
        return iter(self.connection.execute(sql, values))

    def column(self, table: str, name: str, otherwise: str = "NULL") -> str:
        """Return the column as SQL, or a constant where this version has none."""
        return f"{table}.{name}" if name in self.columns[table] else otherwise


def read_mlflow(path: Path) -> Iterator[ForeignRun | Skipped]:
    """Yield every run of the database in the order of its beginning, one after the other.

    Raises ImportRefused for a file that is no such database or is damaged.
    """
    with _opened(path) as source:
        for row in _runs(source):
            yield _run(source, row)


def count_mlflow(path: Path) -> int:
    """Return how many runs the database has; raises as ``read_mlflow``."""
    with _opened(path) as source:
        return int(next(source.rows("SELECT count(*) FROM runs"))[0])


@contextmanager
def _opened(path: Path) -> Iterator[_Source]:
    _check_beginning(path)
    connection = sqlite3.connect(_address(path), uri=True)
    left = [STEPS_OF_SQLITE // 1_000_000]

    def interrupt() -> bool:
        left[0] -= 1
        return left[0] < 0

    try:
        connection.text_factory = lambda text: text.decode("utf-8", "replace")
        connection.set_progress_handler(interrupt, 1_000_000)
        for setting in ("trusted_schema=OFF", "query_only=ON", "cell_size_check=ON"):
            connection.execute(f"PRAGMA {setting}")
        yield _Source(connection=connection, columns=_columns(connection))
    except (sqlite3.Error, OverflowError) as error:
        raise ImportRefused(f"The database is damaged: {one_line(error, 'it broke')}.") from None
    finally:
        connection.close()


def _address(path: Path) -> str:
    """Return how to open the file: with what its server has not yet put into it, if it lies there.

    Without that the file stands still, and SQLite leaves nothing beside it.
    """
    beside = (path.with_name(path.name + end) for end in ("-wal", "-journal"))
    alive = any(one.exists() for one in beside)
    return f"file:{quote(str(path.absolute()))}?mode=ro" + ("" if alive else "&immutable=1")


def _check_beginning(path: Path) -> None:
    with path.open("rb") as file:
        if not file.read(16).startswith(b"SQLite format 3\0"):
            raise ImportRefused("This is no SQLite database. Send the file mlflow.db of a server.")


def _columns(connection: sqlite3.Connection) -> dict[str, set[str]]:
    """Return the columns of each table; raises ImportRefused where one is missing or no table."""
    kinds = dict(connection.execute("SELECT name, type FROM sqlite_master").fetchall())
    found = {}
    for table, needed in TABLES.items():
        if kinds.get(table) != "table":
            raise ImportRefused(f"This is no MLflow database: it has no table '{table}'.")
        described = connection.execute(f"PRAGMA table_xinfo({table})").fetchall()
        plain = {row[1] for row in described if row[6] == 0}  # not hidden, not generated
        missing = [name for name in needed if name not in plain]
        if missing:
            raise ImportRefused(
                f"This is no MLflow database: table '{table}' has no column '{missing[0]}'."
            )
        found[table] = plain
    return found


def _runs(source: _Source) -> list[tuple[Any, ...]]:
    names = [source.column("runs", name) for name in ("name", "start_time", "end_time", "user_id")]
    return list(
        source.rows(  # the names are our own constants
            "SELECT runs.run_uuid, experiments.name, runs.status, runs.lifecycle_stage, "  # noqa: S608
            f"{', '.join(names)} FROM runs LEFT JOIN experiments "
            "ON experiments.experiment_id = runs.experiment_id "
            f"ORDER BY {names[1]}, runs.run_uuid"
        )
    )


def _run(source: _Source, row: tuple[Any, ...]) -> ForeignRun | Skipped:
    uuid, experiment, status, stage, told_name, start, end, user = row
    tags = {storable(key): storable(value) for key, value in _pairs(source, "tags", uuid)}
    name = one_line(told_name or tags.pop(NAME, None), one_line(uuid, "run"))
    tags.pop(NAME, None)
    if stage == "deleted":
        return Skipped(name=name, reason="it is deleted there")
    notes = tags.pop(NOTES, "")[:MOST_NOTES]
    more = {"import.experiment": experiment, "import.user": user, "import.status": status}
    own = {key: one_line(value, "") for key, value in more.items() if value}
    series, refused = _series(source, uuid, name)
    params, bad_params = params_that_fit(
        name, ((storable(key), storable(value)) for key, value in _pairs(source, "params", uuid))
    )
    kept, bad_tags = tags_that_fit(name, tags.items())
    return ForeignRun(
        source=f"mlflow:{one_line(uuid, '?')}",
        name=name,
        status=STATUS.get(str(status), "cancelled"),  # nobody will ever end it
        start_time=_moment(start),
        end_time=_moment(end) or _newest(series),
        notes=notes,
        params=params,
        tags={**kept, **own, "import.format": "mlflow"},
        series=series,
        left_out=list(few([*refused, *bad_params, *bad_tags])),
    )


def _pairs(source: _Source, table: str, uuid: Any) -> Iterator[tuple[Any, ...]]:
    sql = f"SELECT key, value FROM {table} WHERE run_uuid = ? ORDER BY key"  # noqa: S608
    return source.rows(sql, uuid)


def _moment(milliseconds: Any) -> datetime | None:
    return moment_of(milliseconds / 1000) if isinstance(milliseconds, int | float) else None


def _newest(series: dict[str, Columns]) -> datetime | None:
    return moment_of(max((float(one.times.max()) for one in series.values()), default=0.0))


def _series(source: _Source, uuid: Any, run: str) -> tuple[dict[str, Columns], list[Skipped]]:
    step = source.column("metrics", "step", "0")
    at = source.column("metrics", "timestamp", "0")
    is_nan = source.column("metrics", "is_nan", "0")
    rows = source.rows(
        f"SELECT key, {step}, value, {at}, {is_nan} FROM metrics WHERE run_uuid = ? "  # noqa: S608
        f"ORDER BY key, {step}, {at} LIMIT {MOST_POINTS + 1}",
        uuid,
    )
    points: dict[str, Points] = {}
    for count, (key, told_step, value, timestamp, nan) in enumerate(rows, start=1):
        if count > MOST_POINTS:
            raise ImportRefused(f"Run {run} has more than {MOST_POINTS} points.")
        curve = points.setdefault(storable(key), Points())
        curve.add(_step(told_step), _value(value, nan), _seconds(timestamp))
    faults = {name: fault_of_name(name) for name in points}
    # a metric that was always told without a step is counted up
    kept = {name: one.columns(count_up=True) for name, one in points.items() if not faults[name]}
    return kept, [
        Skipped(name=f"{run}: metric {one_line(name, '?')[:60]}", reason=fault)
        for name, fault in faults.items()
        if fault
    ]


def _step(step: Any) -> int:
    return step if isinstance(step, int) else 0


def _seconds(milliseconds: Any) -> float:
    moment = _moment(milliseconds)
    return 0.0 if moment is None else float(milliseconds) / 1000


def _value(value: Any, is_nan: Any) -> float:
    if is_nan or not isinstance(value, int | float):
        return math.nan
    return math.copysign(math.inf, value) if abs(value) >= INFINITE else float(value)
