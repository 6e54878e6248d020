"""Reading the kept bytes of a file again, after a person has said something about them."""

import shutil
import uuid
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from app.auth.actor import Actor
from app.auth.audit import record
from app.db.engine import Database
from app.models.forecasting import SessionFile
from app.storage import ObjectStore
from services.forecasting.domain.numbers import shown
from services.forecasting.errors import FieldRefused
from services.forecasting.files.create import PREFIX, Reader
from services.forecasting.files.options import FIELD
from services.forecasting.files.series import ReadAgain, place_series
from services.forecasting.resolve import editable_file
from services.forecasting.topics import subject_of


def reread_file(
    database: Database,
    store: ObjectStore,
    actor: Actor,
    file_id: str,
    options: object,
    folder: Path,
    read: Reader,
    *,
    recipe: str | None = None,
) -> SessionFile:
    """Read the file again with ``options`` in the place of what was said before.

    All series of the file follow; a series that is there now and was not before gets a row. What
    a person has set of a series stays. ``recipe`` names the one that the options come from. Raises
    FieldRefused for options that are none and where its bytes have not arrived, and as ``read``
    does; then everything is as it was.
    """
    if not isinstance(options, Mapping):
        raise FieldRefused(FIELD, f"{FIELD} is {shown(options)}, but it must be an object.")
    with database.read() as session:
        row = editable_file(session, actor, file_id)
    again = read_again(store, row, options, folder, read, recipe=recipe)
    with database.write() as unit:
        row = editable_file(unit.session, actor, file_id)
        place_series(unit.session, row, again)
        record(unit, actor, "session_changed", subject_of(row.session_id), {"file": row.file_name})
    return row


def read_again(
    store: ObjectStore,
    row: SessionFile,
    options: Mapping[str, Any],
    folder: Path,
    read: Reader,
    *,
    recipe: str | None = None,
) -> ReadAgain:
    """Read the kept bytes of a file with ``options``; its values get a key of their own.

    The sweep takes the old ones. Raises FieldRefused where no bytes have arrived, and as ``read``.
    """
    if row.object_key is None:
        raise FieldRefused(FIELD, "The bytes of this file have not arrived yet.")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder) as name:
        raw, values = Path(name) / "raw", Path(name) / "values.parquet"
        with store.open(row.object_key) as source, raw.open("xb") as target:
            shutil.copyfileobj(source, target)
        reading = read(raw, options, values)
        if recipe is not None:
            reading = replace(reading, report={**reading.report, "recipe": recipe})
        return ReadAgain(reading=reading, options=options, values_key=_stored(store, values))


def _stored(store: ObjectStore, values: Path) -> str | None:
    if not values.exists():
        return None
    key = f"{PREFIX}{uuid.uuid4()}/values.parquet"
    with values.open("rb") as file:
        store.put(key, file)
    return key
