"""Kills in the middle of a migration: an older database is whole after each, and new in the end.

On SQLite, where nobody but the file itself undoes what was half done.
"""

import os
import random
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Boolean, DateTime, Integer, MetaData, Table, func, inspect, select, text
from sqlalchemy.schema import Column
from sqlalchemy.types import JSON, Float

from app.db.engine import Database
from app.db.migrate import SCRIPTS, migrate, newest_revision, revision_of
from harness.chaos.warm import WarmProcess
from harness.eventually import eventually

OLD = "0012"
SEEDED = ("users", "runs")
ROWS = 2_000
START_SECONDS = 120.0


@dataclass(kw_only=True)
class MigrationKills:
    """How many migrations were killed, and a sentence for everything that must not be."""

    kills: int = 0
    whole: int = 0  # that were faster than the kill
    wrong: list[str] = field(default_factory=list)


def kill_migrations(folder: Path, kills: int, seed: int) -> MigrationKills:
    """Kill that many migrations of one seeded database, each at a moment that the seed draws."""
    chance, outcome = random.Random(seed), MigrationKills()
    seeded, path = folder / "seeded.db", folder / "migrated.db"
    _seed(seeded)
    shutil.copy(seeded, path)
    seconds = _whole(path)
    expected = _described(path)
    shutil.copy(seeded, path)
    while outcome.kills < kills:
        process = _begin(path)
        time.sleep(chance.uniform(0, seconds))
        was_alive = process.poll() is None
        process.kill()
        process.wait()
        outcome.kills += was_alive
        outcome.wrong += _faults(path)
        if not was_alive or _revision(path) != OLD:
            outcome.whole += 1
            _copy(seeded, path)
    _whole(path)
    if _described(path) != expected:
        outcome.wrong.append("the killed database has another schema or other rows in the end")
    return outcome


def _copy(seeded: Path, path: Path) -> None:
    for suffix in ("-wal", "-shm"):  # of the database that is replaced
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    shutil.copy(seeded, path)


def _begin(path: Path) -> WarmProcess:
    begun = path.with_suffix(".begun")
    begun.unlink(missing_ok=True)
    module = "harness.chaos.installation.migrator"
    arguments = (f"sqlite:///{path}", str(begun))
    process = WarmProcess(module, arguments, dict(os.environ), log=path.with_suffix(".log"))
    eventually(begun.exists, START_SECONDS, every=0.002)
    return process


def _whole(path: Path) -> float:
    """Let a migration come to its end; return its seconds."""
    process, began = _begin(path), time.monotonic()
    process.wait()
    return time.monotonic() - began


def _seed(path: Path) -> None:
    database = Database(f"sqlite:///{path}", pool_size=1)
    engine = database.engine.execution_options(sqlite_begin="IMMEDIATE")
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(SCRIPTS))
        config.attributes["connection"] = connection
        command.upgrade(config, OLD)
    tables = MetaData()
    tables.reflect(engine, only=SEEDED)
    with engine.begin() as connection:
        for name in SEEDED:
            table = tables.tables[name]
            connection.execute(table.insert(), [_row(table, number) for number in range(1, ROWS)])
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as raw:
        raw.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()


def _row(table: Table, number: int) -> dict[str, Any]:
    """Return values for what a row of the older schema must have."""
    return {
        column.name: _value(column, number)
        for column in table.columns
        if column.primary_key or (not column.nullable and column.server_default is None)
    }


def _value(column: "Column[Any]", number: int) -> object:
    if column.name in WORDS:
        return WORDS[column.name]
    kinds: dict[type, object] = {
        Boolean: True,
        Integer: number if column.primary_key or column.unique else 1,
        Float: 1.0,
        DateTime: datetime.now(UTC),
        JSON: {},
    }
    known = [value for kind, value in kinds.items() if isinstance(column.type, kind)]
    return known[0] if known else f"{column.name} {number}"


WORDS: dict[str, object] = {
    "role": "member",
    "training_mode": "federated",
    "status": "completed",
    "visibility": "private",
}


def _faults(path: Path) -> Iterator[str]:
    database = Database(f"sqlite:///{path}", pool_size=1)
    with database.engine.connect() as connection:
        state = connection.scalar(text("PRAGMA integrity_check"))
    revision = revision_of(database)
    database.close()
    if state != "ok":
        yield f"the file is damaged: {state}"
    if revision not in (OLD, newest_revision()):
        yield f"the database is half-way, at {revision}"


def _revision(path: Path) -> str | None:
    database = Database(f"sqlite:///{path}", pool_size=1)
    try:
        return revision_of(database)
    finally:
        database.close()


def _described(path: Path) -> dict[str, object]:
    """Return the columns of every table, and how many rows the seeded ones have."""
    database = Database(f"sqlite:///{path}", pool_size=1)
    migrate(database)
    look = inspect(database.engine)
    described: dict[str, object] = {
        name: sorted(column["name"] for column in look.get_columns(name))
        for name in look.get_table_names()
    }
    with database.read() as session:
        for name in SEEDED:
            table = Table(name, MetaData(), Column("id", Integer))
            query = select(func.count()).select_from(table)
            described[f"rows of {name}"] = session.scalar(query)
    database.close()
    return described
