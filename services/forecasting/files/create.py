"""Taking a file into a session: read by a process of its own, then kept with its rows."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.auth.audit import record
from app.clock import now
from app.db.engine import Database
from app.db.uow import UnitOfWork
from app.models.forecasting import ForecastSession, SessionFile
from app.storage import ObjectStore
from app.storage.files import sha256_of
from services.forecasting.errors import SessionNotFound
from services.forecasting.files.fields import (
    DEFAULTS,
    checked_direction,
    checked_fields,
    checked_label,
)
from services.forecasting.files.options import FIELD, checked_options
from services.forecasting.files.place import announced_row, free_label, next_position
from services.forecasting.files.quota import require_storage
from services.forecasting.files.recipes import applied, recipe_for
from services.forecasting.resolve import editable_session, ensured_session, fillable_session
from services.forecasting.topics import subject_of
from services.uploads.claim import claim_upload
from services.uploads.errors import HashMismatch

PREFIX = "forecasting/"
CLAIMED_BY = "session_file:"
HASH_FIELD = "fileHash"  # the contract's word for the SHA-256 of a file


@dataclass(frozen=True, kw_only=True)
class FileReading:
    """What was found in a file: ``report`` for people, one name and its statistics per series."""

    status: str
    report: Mapping[str, Any]
    names: Sequence[str]
    statistics: Sequence[Mapping[str, Any]]


Reader = Callable[[Path, Mapping[str, Any], Path], FileReading]


@dataclass(frozen=True, kw_only=True)
class SeriesUpload:
    """A file that has arrived for a session, and what its owner says about it.

    ``metadata`` may hold the fields of a file in either spelling, and importOptions. ``sha256`` is
    the hash that was announced, ``known_sha256`` the one of its bytes where they came by an upload.
    ``upload_id`` names that upload, which is used up with the commit. A session that is not there
    is created only with ``creates_session``.
    """

    path: Path
    file_name: object
    direction: object
    session_id: object
    label: object = None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    sha256: str | None = None
    known_sha256: str | None = None
    upload_id: str | None = None
    creates_session: bool = True


@dataclass(frozen=True, kw_only=True)
class _Checked:
    """What is said of a file, checked, and its hash."""

    name: str
    label: str
    direction: str
    fields: Mapping[str, Any]
    sha256: str


def create_file(
    database: Database,
    store: ObjectStore,
    actor: Actor,
    upload: SeriesUpload,
    read: Reader,
    *,
    quota_bytes: int = 0,
) -> list[SessionFile]:
    """Keep a file and one row per series that it has; the first row has the given label.

    A row that was announced with that name and label is the first one: it keeps what it says.
    Where nothing is said about the file, a recipe of the person for its shape is applied.
    Raises FieldRefused for a bad name or field, HashMismatch, UnreadableTable for a file that is
    no table, DuplicateFile where the session has a series of that label, UploadClaimed, and
    StorageLimitReached where the owner's files would hold more than ``quota_bytes`` (0: any).
    """
    checked = _checked(upload)
    given = checked_options(upload.metadata.get(FIELD))
    said = _announced_options(database, actor, upload, checked) | given
    with database.read() as reading_session:
        options, recipe = applied(recipe_for(reading_session, actor, upload.path), said)
    with TemporaryDirectory(dir=upload.path.parent) as folder:
        values = Path(folder) / "values.parquet"
        reading = read(upload.path, options, values)
        reading = replace(reading, report={**reading.report, "recipe": recipe})
        stored = _stored(store, upload.path, values if values.exists() else None)
    stored = {**stored, "sha256": checked.sha256, "import_options": dict(options)}
    with database.write() as unit:
        find = ensured_session if upload.creates_session else _existing
        session = find(unit, actor, upload.session_id)
        require_storage(unit.session, session.owner_id, stored["size_bytes"], quota_bytes)
        rows = _rows(unit.session, session, checked, reading, stored)
        if upload.upload_id is not None:
            claim_upload(unit, actor, upload.upload_id, f"{CLAIMED_BY}{rows[0].uuid}")
        session.updated_at = now()
        record(unit, actor, "session_changed", subject_of(session.id), {"file": checked.name})
    return rows


def _checked(upload: SeriesUpload) -> _Checked:
    name = checked_label("fileName", upload.file_name)
    fields = checked_fields(upload.metadata)
    computed = upload.known_sha256 or sha256_of(upload.path)
    checked = _Checked(
        name=name,
        label=checked_label("bezeichnung", upload.label or Path(name).stem),
        direction=checked_direction(upload.direction),
        # what is said to be nothing does not hide what was read
        fields={key: value for key, value in fields.items() if value is not None},
        sha256=computed,
    )
    if upload.sha256 not in (None, computed):
        raise HashMismatch(str(upload.sha256), computed, HASH_FIELD)
    return checked


def _announced_options(
    database: Database, actor: Actor, upload: SeriesUpload, checked: _Checked
) -> dict[str, Any]:
    """Return what an announcement says about reading the file; raises DuplicateFile early."""
    with database.read() as session:
        try:
            owner = fillable_session(session, actor, upload.session_id)
        except SessionNotFound:
            if not upload.creates_session:
                raise
            return {}
        row = announced_row(session, owner, checked.direction, checked.label, checked.name)
    return dict((row.import_options if row is not None else None) or {})


def _existing(unit: UnitOfWork, actor: Actor, wire_id: object) -> ForecastSession:
    return editable_session(unit.session, actor, wire_id)


def _rows(
    session: Session,
    owner: ForecastSession,
    checked: _Checked,
    reading: FileReading,
    stored: Mapping[str, Any],
) -> list[SessionFile]:
    """Write one row per series; the first may have been announced."""
    known = announced_row(session, owner, checked.direction, checked.label, checked.name)
    rows: list[SessionFile] = []
    for number, (name, statistics) in enumerate(
        zip(reading.names, reading.statistics, strict=True)
    ):
        row = known if number == 0 else None
        if row is None:
            label = name if number else checked.label
            row = _new_row(session, owner, checked, label)
        said = {key: value for key, value in row.fields.items() if value is not None}
        row.fields = {**statistics, **said, **checked.fields}
        row.status, row.reading, row.series_index = reading.status, dict(reading.report), number
        row.updated_at = now()
        for key, value in stored.items():
            setattr(row, key, value)
        rows.append(row)
        session.add(row)
    return rows


def _new_row(
    session: Session, owner: ForecastSession, checked: _Checked, label: str
) -> SessionFile:
    direction = checked.direction
    return SessionFile(
        uuid=str(uuid.uuid4()),
        session_id=owner.id,
        direction=direction,
        file_name=checked.name,
        label=free_label(session, owner, direction, label),
        position=next_position(session, owner, direction),
        fields=dict(DEFAULTS),
        created_at=now(),
    )


def _stored(store: ObjectStore, path: Path, values: Path | None) -> dict[str, Any]:
    """Put the file and its values into the store; what no row names in the end, the sweep takes."""
    folder = f"{PREFIX}{uuid.uuid4()}"
    with path.open("rb") as file:
        store.put(f"{folder}/raw.csv", file)
    if values is not None:
        with values.open("rb") as file:
            store.put(f"{folder}/values.parquet", file)
    return {
        "object_key": f"{folder}/raw.csv",
        "values_key": None if values is None else f"{folder}/values.parquet",
        "size_bytes": path.stat().st_size,
    }
