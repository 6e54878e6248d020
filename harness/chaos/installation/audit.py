"""What is left, looked at from outside: by the API, in the tables, and in the folder of objects.

Nothing here asks the platform which objects its rows name: every column that holds a key is read
from the tables as they are, so that a new table is looked at, too.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine, inspect, text

from app.db.engine import Database
from harness.chaos.installation.client import Refused, RepeatingClient
from harness.chaos.installation.load import Acknowledged

KEYS = ("object_key", "source_key", "values_key", "base_key")
UPLOADS = "uploads"


@dataclass
class Aftermath:
    """What must not be, each with a sentence; ``orphans`` are objects that the sweep will take."""

    rows_without_object: list[str] = field(default_factory=list)
    stuck_keys: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    unfinished: list[str] = field(default_factory=list)
    orphans: int = 0

    @property
    def all_faults(self) -> list[str]:
        """Return every sentence."""
        return [
            *self.rows_without_object, *self.stuck_keys, *self.lost, *self.doubled,
            *self.unfinished,
        ]  # fmt: skip


def examine(
    database: Database, home: Path, client: RepeatingClient, known: Sequence[Acknowledged]
) -> Aftermath:
    """Compare everything that was acknowledged with what there is."""
    after = Aftermath()
    named = dict(named_objects(database.engine))
    folder = home / "objects"
    after.rows_without_object += [
        f"{where} names {key}" for key, where in named.items() if not (folder / key).is_file()
    ]
    there = {one.relative_to(folder).as_posix() for one in folder.rglob("*") if one.is_file()}
    after.orphans = len(there - named.keys())
    after.rows_without_object += _uploads_without_file(database.engine, home / UPLOADS)
    after.stuck_keys += stuck_keys(database.engine)
    after.doubled += _doubled_runs(database.engine)
    after.unfinished += _poisoned(database.engine)
    for one in known:
        after.lost += _lost(client, one)
        after.lost += [f"{why}" for why in one.refused]
    return after


def named_objects(engine: Engine) -> Iterator[tuple[str, str]]:
    """Yield every key that a row names, with the row's table and column."""
    look = inspect(engine)
    for table in look.get_table_names():
        columns = {column["name"] for column in look.get_columns(table)}
        for column in columns & set(KEYS):
            for key in _values(engine, table, column):
                yield str(key), f"{table}.{column}"
    yield from _named_by_checkpoints(engine)


def _named_by_checkpoints(engine: Engine) -> Iterator[tuple[str, str]]:
    for table, column in (("runs", "checkpoint"), ("run_checkpoints", "files")):
        for value in _values(engine, table, column):
            content = json.loads(value) if isinstance(value, str) else value
            files = content.get("files", {}) if column == "checkpoint" else content
            if isinstance(files, dict):  # older rows have names without keys
                yield from ((str(key), f"{table}.{column}") for key in files.values())


def _values(engine: Engine, table: str, column: str) -> list[object]:
    query = f"SELECT {column} FROM {table} WHERE {column} IS NOT NULL"
    with engine.connect() as connection:
        return list(connection.scalars(text(query)))


def _uploads_without_file(engine: Engine, folder: Path) -> list[str]:
    """Return uploads whose acknowledged bytes are not in their file."""
    query = "SELECT file, received FROM uploads WHERE state = 'finished' AND num_parts IS NULL"
    with engine.connect() as connection:
        rows = list(connection.execute(text(query)))
    return [
        f"uploads.file names {file} with {received} bytes"
        for file, received in rows
        if received
        and not ((folder / file).is_file() and (folder / file).stat().st_size >= received)
    ]


def stuck_keys(engine: Engine) -> list[str]:
    """Return the keys that have no answer although nobody works on one any more."""
    query = "SELECT key FROM idempotency_keys WHERE status IS NULL"
    with engine.connect() as connection:
        return [f"key {key} has no answer" for key in connection.scalars(text(query))]


def _doubled_runs(engine: Engine) -> list[str]:
    query = "SELECT name, count(*) FROM runs WHERE name LIKE 'chaos %' GROUP BY name"
    with engine.connect() as connection:
        rows = list(connection.execute(text(f"{query} HAVING count(*) > 1")))
    return [f"{count} runs are called {name!r}" for name, count in rows]


def _poisoned(engine: Engine) -> list[str]:
    """Return jobs that count as poison: no job of this load kills anybody."""
    query = "SELECT id, kind, error FROM jobs WHERE state = 'failed'"
    with engine.connect() as connection:
        return [
            f"job {number} ({kind}) failed: {error}"
            for number, kind, error in connection.execute(text(query))
        ]


def _lost(client: RepeatingClient, known: Acknowledged) -> Iterator[str]:
    for run in known.runs:
        yield from _missing(client, f"/api/runs/{run}", f"run {run}")
    for dataset in known.datasets:
        yield from _missing(client, f"/api/datasets/{dataset}", f"dataset {dataset}")
    for execution in known.executions:
        yield from _missing(client, f"/api/scheduler/runs/{execution}", f"execution {execution}")
    for run, points in known.points.items():
        shown = client.ask("GET", f"/api/runs/{run}/series/summary").json()
        count = max((one["count"] for one in shown["series"]), default=0)
        if count != points:
            yield f"run {run}: {points} points were taken, {count} are there"
    for upload, sha256 in known.uploads.items():
        shown = client.ask("GET", f"/api/uploads/{upload}").json()
        if shown["sha256"] != sha256:
            yield f"upload {upload} is {shown['state']} and arrived as another"
    yield from _lost_files(client, known)


def _missing(client: RepeatingClient, path: str, name: str) -> Iterator[str]:
    try:
        client.ask("GET", path)
    except Refused as error:
        yield f"{name}: {error}"


def _lost_files(client: RepeatingClient, known: Acknowledged) -> Iterator[str]:
    for (run, name), sha256 in known.files.items():
        items = client.ask("GET", f"/api/runs/{run}/artifacts").json()["items"]
        numbers = [one["id"] for one in items if one["name"] == name]
        if len(numbers) != 1:
            yield f"run {run} has {len(numbers)} files called {name}"
            continue
        path = f"/api/runs/{run}/artifacts/{numbers[0]}/download"
        try:
            data = client.ask("GET", path).content
        except Refused as error:
            yield f"{name} of run {run}: {error}"
            continue
        if hashlib.sha256(data).hexdigest() != sha256:
            yield f"{name} of run {run} is another file"
