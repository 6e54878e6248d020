"""A SQLite file of unknown origin that should be MLflow's: read-only, rows only, and bounded.

What the file says of itself is not trusted: a view or a trigger in it could compute for ever.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from services.imports.errors import ImportRefused
from services.imports.text import one_line

TABLES = {
    "experiments": ("experiment_id", "name"),
    "runs": ("run_uuid", "experiment_id", "status", "lifecycle_stage"),
    "metrics": ("run_uuid", "key", "value"),
    "params": ("run_uuid", "key", "value"),
    "tags": ("run_uuid", "key", "value"),
}
# instructions of SQLite in all; a sane database of millions of points needs fewer
MIN_STEPS = 2_000_000_000
STEPS_PER_BYTE = 20
STEPS_AT_ONCE = 1_000_000
MAX_VALUE_LENGTH = 16_000_000  # bytes of one value


@dataclass(frozen=True)
class TrackingFile:
    """The opened file and what is known of its tables."""

    connection: sqlite3.Connection
    columns: dict[str, set[str]]  # of each table
    _budget: "_Budget"

    def rows(self, sql: str, *values: Any) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a statement."""
        return iter(self.connection.execute(sql, values))

    def column(self, table: str, name: str, otherwise: str = "NULL") -> str:
        """Return the column as SQL, or a constant where this version has none."""
        return f"{table}.{name}" if name in self.columns[table] else otherwise

    def complaining(self) -> AbstractContextManager[None]:
        """Turn what SQLite raises inside into ImportRefused, in words about the file."""
        return _complaining(self._budget)


@contextmanager
def opened(path: Path) -> Iterator[TrackingFile]:
    """Open the file of a tracking server; raises ImportRefused, also for what happens inside."""
    _check_beginning(path)
    budget = _Budget(MIN_STEPS + STEPS_PER_BYTE * path.stat().st_size)
    with _complaining(budget), closing(sqlite3.connect(_address(path), uri=True)) as connection:
        connection.text_factory = lambda text: text.decode("utf-8", "replace")
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_VALUE_LENGTH)
        connection.set_progress_handler(budget.count_steps, STEPS_AT_ONCE)
        for setting in ("trusted_schema=OFF", "query_only=ON", "cell_size_check=ON"):
            connection.execute(f"PRAGMA {setting}")
        yield TrackingFile(connection, _columns(connection), budget)


@dataclass
class _Budget:
    """The instructions that SQLite may still carry out."""

    left: int

    def count_steps(self) -> bool:
        """Return whether to interrupt SQLite."""
        self.left -= STEPS_AT_ONCE
        return self.left < 0


@contextmanager
def _complaining(budget: _Budget) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OverflowError) as error:
        raise ImportRefused(_complaint(str(error), budget)) from None
    except UnicodeDecodeError as error:  # SQLite's complaint, which quotes the damaged schema
        raise ImportRefused(_complaint(error.object.decode(errors="replace"), budget)) from None


def _complaint(error: str, budget: _Budget) -> str:
    if budget.left < 0:
        return (
            "Reading the database takes too long: it has no index where MLflow's newer versions "
            "have one. Run `mlflow db upgrade` on it first."
        )
    return f"The database is damaged: {one_line(error, 'it broke')}."


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
    marks = ", ".join("?" * len(TABLES))
    tables = connection.execute(  # a virtual table has no page of its own
        f"SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0 "  # noqa: S608
        f"AND name IN ({marks})",
        list(TABLES),
    )
    known = {row[0] for row in tables}
    columns_by_table = {}
    for table, needed in TABLES.items():
        if table not in known:
            raise ImportRefused(f"This is no MLflow database: it has no table '{table}'.")
        described = connection.execute(f"PRAGMA table_xinfo({table})").fetchall()
        plain = {row[1] for row in described if row[6] == 0}  # not hidden, not generated
        missing = [name for name in needed if name not in plain]
        if missing:
            raise ImportRefused(
                f"This is no MLflow database: table '{table}' has no column '{missing[0]}'."
            )
        columns_by_table[table] = plain
    return columns_by_table
