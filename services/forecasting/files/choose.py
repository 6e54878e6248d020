"""Choosing the columns of a file: each becomes an input, an output, both or neither."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from app.auth.actor import Actor
from app.auth.audit import record
from app.db.engine import Database
from app.models.forecasting import DIRECTIONS, SeriesPart, SessionFile
from app.storage import ObjectStore
from services.forecasting.domain.numbers import shown
from services.forecasting.errors import FieldRefused
from services.forecasting.files.create import Reader
from services.forecasting.files.fields import not_ready
from services.forecasting.files.parts import Join, parts_of
from services.forecasting.files.reading import reading_of
from services.forecasting.files.reread import read_again
from services.forecasting.files.series import (
    ReadAgain,
    SeriesKey,
    keys_of,
    place_series,
    rows_of_file,
)
from services.forecasting.resolve import editable_file
from services.forecasting.topics import subject_of
from services.tabular.join import join_values

FIELD = "series"
MAX_SERIES = 1000


def choose_series(
    database: Database,
    store: ObjectStore,
    actor: Actor,
    file_id: str,
    chosen: Sequence[Mapping[str, Any]],
    folder: Path,
    read: Reader,
    join: Join = join_values,
) -> Sequence[SessionFile]:
    """Give the session the chosen series of a file and no other of it; return their rows.

    Each is {type, column} or {type, name}: a column of a table, or a series of a file in which
    several stand below each other. A column that was not read yet has the kept bytes read again.
    What was set of a series that stays is kept. Raises FieldRefused, also for a file with an open
    question, SeriesNotFound and Forbidden.
    """
    with database.read() as session:
        row = editable_file(session, actor, file_id)
        parts = parts_of(session, row)
    requested = _checked(row, chosen)
    again = _file_with(store, row, parts, [key for _, key in requested], folder, read, join)
    with database.write() as unit:
        row = editable_file(unit.session, actor, file_id)
        place_series(unit.session, row, again, requested)
        record(unit, actor, "session_changed", subject_of(row.session_id), {"file": row.file_name})
        return rows_of_file(unit.session, row)


def _file_with(
    store: ObjectStore,
    row: SessionFile,
    parts: Sequence[SeriesPart],
    keys: Sequence[str | int],
    folder: Path,
    read: Reader,
    join: Join,
) -> ReadAgain:
    """Return the file read with exactly these series, as it is where it has them all."""
    options = dict(row.import_options or {})
    there = keys_of(row.reading)
    columns = sorted({key for key in keys if isinstance(key, int)})
    if not columns or set(columns) == set(there):
        reading = reading_of(row.reading or {})
        return ReadAgain(reading=reading, options=options, values_key=row.values_key)
    options["columns"] = columns
    rising = [one for one in options.get("differences") or [] if one in columns]
    options = {**options, "differences": rising} if "differences" in options else options
    again = read_again(store, row, options, folder, read, join, parts=parts)
    missing = [one for one in columns if one not in keys_of(again.reading.report)]
    if missing:
        raise _refused(missing[0], "the number of a column that holds numbers")
    return again


def _checked(row: SessionFile, chosen: Sequence[Mapping[str, Any]]) -> list[SeriesKey]:
    report = row.reading or {}
    if row.status != "ready" or not report.get("series"):
        raise FieldRefused(FIELD, not_ready(row.file_name, row.status))
    if not 1 <= len(chosen) <= MAX_SERIES:
        raise FieldRefused(FIELD, f"{len(chosen)} series are chosen; it must be 1 to {MAX_SERIES}.")
    requested = [_key(row, one) for one in chosen]
    twice = next((one for one in requested if requested.count(one) > 1), None)
    if twice is not None:
        raise _refused(twice[1], "chosen once for each direction")
    return sorted(requested, key=lambda one: (DIRECTIONS.index(one[0]), str(one[1]).zfill(6)))


def _key(row: SessionFile, one: Mapping[str, Any]) -> SeriesKey:
    direction = str(one.get("type"))
    report = row.reading or {}
    named = any(isinstance(key, str) for key in keys_of(report))
    key = one.get("name") if named else one.get("column")
    known: Sequence[str | int] = keys_of(report)
    if not named:
        of_values = [c["column"] for c in report.get("columns", []) if c["kind"] in VALUES]
        known = [*known, *of_values]
    if not isinstance(key, str | int) or key not in known:
        right = "the name of one of its series" if named else "the number of a column of numbers"
        raise _refused(key, right)
    return direction, key


VALUES = ("number", "boolean", "empty")


def _refused(value: object, right: str) -> FieldRefused:
    return FieldRefused(FIELD, f"{FIELD} has {shown(value)}, but it must be {right}.")
