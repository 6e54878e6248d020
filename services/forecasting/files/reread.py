"""Reading the kept bytes of a file again, after a person has said something about them."""

import shutil
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from app.auth.actor import Actor
from app.auth.audit import record
from app.db.engine import Database
from app.models.forecasting import SeriesPart, SessionFile
from app.storage import ObjectStore
from services.forecasting.domain.numbers import shown
from services.forecasting.errors import FieldRefused
from services.forecasting.files.create import PREFIX, FileReading, Reader
from services.forecasting.files.options import FIELD
from services.forecasting.files.parts import (
    Join,
    described,
    joined,
    parts_of,
)
from services.forecasting.files.same_series import require_same_series
from services.forecasting.files.series import ReadAgain, place_series
from services.forecasting.files.update import FileChanges, apply_changes
from services.forecasting.resolve import editable_file
from services.forecasting.topics import subject_of
from services.tabular.join import join_values

NO_CHANGES = FileChanges()


def reread_file(
    database: Database,
    store: ObjectStore,
    actor: Actor,
    file_id: str,
    options: object,
    folder: Path,
    read: Reader,
    join: Join = join_values,
    *,
    recipe: str | None = None,
    changes: FileChanges = NO_CHANGES,
) -> SessionFile:
    """Read the file again with ``options`` in the place of what was said before.

    All series of the file follow; a series that is there now and was not before gets a row. What
    a person has set of a series stays, and ``changes`` are set with it. ``recipe`` names the one
    that the options come from. Raises FieldRefused for options that are none and where its bytes
    have not arrived, and as ``read`` and ``apply_changes`` do; then everything is as it was.
    """
    if not isinstance(options, Mapping):
        raise FieldRefused(FIELD, f"{FIELD} is {shown(options)}, but it must be an object.")
    with database.read() as session:
        row = editable_file(session, actor, file_id)
        parts = parts_of(session, row)
    again = read_again(store, row, options, folder, read, join, recipe=recipe, parts=parts)
    with database.write() as unit:
        row = editable_file(unit.session, actor, file_id)
        place_series(unit.session, row, again)
        apply_changes(unit.session, row, changes)
        record(unit, actor, "session_changed", subject_of(row.session_id), {"file": row.file_name})
    return row


def read_again(
    store: ObjectStore,
    row: SessionFile,
    options: Mapping[str, Any],
    folder: Path,
    read: Reader,
    join: Join = join_values,
    *,
    recipe: str | None = None,
    parts: Sequence[SeriesPart] = (),
) -> ReadAgain:
    """Read the kept bytes of a file, and of ``parts``, with ``options``.

    The values get a key of their own; the sweep takes the old ones. Raises FieldRefused where no
    bytes have arrived, and as ``read``.
    """
    if row.object_key is None:
        raise FieldRefused(FIELD, "The bytes of this file have not arrived yet.")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder) as name:
        place = Path(name)
        values = place / "values.parquet"
        reading = read(_fetched(store, row.object_key, place / "raw"), options, values)
        if recipe is not None:
            reading = replace(reading, report={**reading.report, "recipe": recipe})
        for part in parts if values.exists() else ():
            reading = _with(store, part, reading, values, options, read, join)
        return ReadAgain(reading=reading, options=options, values_key=stored_values(store, values))


def _with(
    store: ObjectStore,
    part: SeriesPart,
    reading: FileReading,
    values: Path,
    options: Mapping[str, Any],
    read: Reader,
    join: Join,
) -> FileReading:
    """Read a file that was appended and merge it; ``values`` then has the rows of both."""
    own, both = values.with_name("part.parquet"), values.with_name("both.parquet")
    added = read(_fetched(store, part.object_key, values.with_name("part")), options, own)
    require_same_series(reading.report, part.file_name, added, options)
    merged = join(values, own, both, part.rule)
    both.replace(values)
    rows = int(added.report["rows"])
    entry = described(part.file_name, part.sha256, rows, merged)
    return joined(reading, added, merged, entry, options)


def _fetched(store: ObjectStore, key: str, target: Path) -> Path:
    with store.open(key) as source, target.open("wb") as file:
        shutil.copyfileobj(source, file)
    return target


def stored_values(store: ObjectStore, values: Path) -> str | None:
    """Put a file of values into the store and return its key; None where there is no file."""
    if not values.exists():
        return None
    key = f"{PREFIX}{uuid.uuid4()}/values.parquet"
    with values.open("rb") as file:
        store.put(key, file)
    return key
