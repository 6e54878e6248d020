"""Taking a file into a session: read by a process of its own, then kept with its rows."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.auth.audit import record
from app.clock import now
from app.db.engine import Database
from app.models.forecasting import ForecastSession, SessionFile
from app.storage import ObjectStore
from app.storage.keeping import sha256_of
from services.forecasting.errors import DuplicateFile
from services.forecasting.files.fields import (
    DEFAULTS,
    checked_direction,
    checked_fields,
    checked_label,
)
from services.forecasting.resolve import ensured_session
from services.forecasting.topics import subject_of

PREFIX = "forecasting/"


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

    ``metadata`` may hold the fields of a file in either spelling, and importOptions.
    """

    path: Path
    file_name: object
    direction: object
    session_id: object
    label: object = None
    metadata: Mapping[str, Any] = field(default_factory=dict)


def create_file(
    database: Database, store: ObjectStore, actor: Actor, upload: SeriesUpload, read: Reader
) -> list[SessionFile]:
    """Keep a file and one row per series that it has; the first row has the given label.

    Raises FieldRefused for a bad name or field, UnreadableTable for a file that is no table, and
    DuplicateFile where the session has a series of that label.
    """
    name = checked_label("fileName", upload.file_name)
    label = checked_label("bezeichnung", upload.label or Path(name).stem)
    direction = checked_direction(upload.direction)
    fields = checked_fields(upload.metadata)
    options = upload.metadata.get("importOptions") or {}
    with TemporaryDirectory(dir=upload.path.parent) as folder:
        values = Path(folder) / "values.parquet"
        reading = read(upload.path, options, values)
        stored = _stored(store, upload.path, values if values.exists() else None)
    with database.write() as unit:
        session = ensured_session(unit, actor, upload.session_id)
        refuse_duplicate(unit.session, session, direction, label)
        rows = [
            SessionFile(
                uuid=str(uuid.uuid4()),
                session_id=session.id,
                direction=direction,
                file_name=name,
                label=label if number == 0 else free_label(unit.session, session, direction, one),
                position=next_position(unit.session, session, direction) + number,
                status=reading.status,
                fields={**DEFAULTS, **statistics, **fields},
                import_options=dict(options),
                reading=dict(reading.report),
                series_index=number,
                created_at=now(),
                updated_at=now(),
                **stored,
            )
            for number, (one, statistics) in enumerate(
                zip(reading.names, reading.statistics, strict=True)
            )
        ]
        unit.session.add_all(rows)
        session.updated_at = now()
        record(unit, actor, "session_changed", subject_of(session.id), {"file": name})
    return rows


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
        "sha256": sha256_of(path),
    }


def _labels(session: Session, owner: ForecastSession, direction: str) -> set[str]:
    mine = (SessionFile.session_id == owner.id, SessionFile.direction == direction)
    return set(session.scalars(select(SessionFile.label).where(*mine)))


def refuse_duplicate(session: Session, owner: ForecastSession, direction: str, label: str) -> None:
    """Raise DuplicateFile where the session has a series of that label in that direction."""
    if label in _labels(session, owner, direction):
        detail = f"This session has an {direction} called {label!r} already: give another label."
        raise DuplicateFile(detail, errors={"bezeichnung": [detail]})


def free_label(session: Session, owner: ForecastSession, direction: str, name: str) -> str:
    """Return a label for a series called ``name`` that the session does not have yet."""
    taken = _labels(session, owner, direction)
    return next(
        label for label in (name, *(f"{name} ({n})" for n in range(2, 1000))) if label not in taken
    )


def next_position(session: Session, owner: ForecastSession, direction: str) -> int:
    """Return the place after the last series of that direction."""
    mine = (SessionFile.session_id == owner.id, SessionFile.direction == direction)
    last = session.scalar(select(func.max(SessionFile.position)).where(*mine))
    return 0 if last is None else last + 1
