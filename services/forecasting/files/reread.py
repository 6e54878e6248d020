"""Reading the kept bytes of a file again, after a person has said something about them."""

import shutil
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.auth.audit import record
from app.clock import now
from app.db.engine import Database
from app.models.forecasting import ForecastSession, SessionFile
from app.storage import ObjectStore
from services.forecasting.domain.numbers import shown
from services.forecasting.errors import FieldRefused
from services.forecasting.files.create import PREFIX, FileReading, Reader
from services.forecasting.files.options import FIELD
from services.forecasting.files.place import free_label, next_position
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
) -> SessionFile:
    """Read the file again with ``options`` in the place of what was said before.

    All series of the file follow; a series that is there now and was not before gets a row. What
    a person has set of a series stays. Raises FieldRefused for options that are none and where its
    bytes have not arrived, and as ``read`` does; then everything is as it was.
    """
    if not isinstance(options, Mapping):
        raise FieldRefused(FIELD, f"{FIELD} is {shown(options)}, but it must be an object.")
    with database.read() as session:
        row = editable_file(session, actor, file_id)
        key = row.object_key
    if key is None:
        raise FieldRefused("importOptions", "The bytes of this file have not arrived yet.")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder) as name:
        raw, values = Path(name) / "raw", Path(name) / "values.parquet"
        with store.open(key) as source, raw.open("xb") as target:
            shutil.copyfileobj(source, target)
        reading = read(raw, options, values)
        values_key = _stored(store, values)
    with database.write() as unit:
        row = editable_file(unit.session, actor, file_id)
        _apply(unit.session, row, reading, options, values_key)
        record(unit, actor, "session_changed", subject_of(row.session_id), {"file": row.file_name})
    return row


def _stored(store: ObjectStore, values: Path) -> str | None:
    """Put the values under a key of their own; the sweep takes the old ones."""
    if not values.exists():
        return None
    key = f"{PREFIX}{uuid.uuid4()}/values.parquet"
    with values.open("rb") as file:
        store.put(key, file)
    return key


def _apply(
    session: Session,
    row: SessionFile,
    reading: FileReading,
    options: Mapping[str, Any],
    values_key: str | None,
) -> None:
    shared = (
        SessionFile.session_id == row.session_id,
        SessionFile.object_key == row.object_key,
        SessionFile.direction == row.direction,
    )
    rows: Sequence[SessionFile] = session.scalars(
        select(SessionFile).where(*shared).order_by(SessionFile.series_index).with_for_update()
    ).all()
    by_index = {one.series_index: one for one in rows}
    for number, (name, statistics) in enumerate(
        zip(reading.names, reading.statistics, strict=True)
    ):
        one = by_index.pop(number, None) or _another(session, row, name, number)
        one.fields = {**one.fields, **statistics}
        one.status = reading.status
        one.import_options = dict(options)
        one.reading = dict(reading.report)
        one.values_key = values_key
        one.updated_at = now()
    for gone in by_index.values():
        session.delete(gone)


def _another(session: Session, row: SessionFile, name: str, number: int) -> SessionFile:
    owner = session.get_one(ForecastSession, row.session_id)
    another = SessionFile(
        uuid=str(uuid.uuid4()),
        session_id=row.session_id,
        direction=row.direction,
        file_name=row.file_name,
        label=free_label(session, owner, row.direction, name),
        position=next_position(session, owner, row.direction),
        fields={name: value for name, value in row.fields.items() if name in KEPT},
        series_index=number,
        object_key=row.object_key,
        size_bytes=row.size_bytes,
        sha256=row.sha256,
        created_at=now(),
    )
    session.add(another)
    return another


KEPT = (
    "datenform", "datenanpassung", "mittelwertbildung_uber_den_zeithorizont", "skalierung",
    "skalierung_max", "skalierung_min", "zeithorizont_start", "zeithorizont_end",
)  # fmt: skip
