"""Changing and deleting a file of a session."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.auth.audit import record
from app.clock import now
from app.db.engine import Database
from app.errors import BadRequest
from app.models.forecasting import ForecastSession, SessionFile
from services.forecasting.errors import FieldRefused, SeriesNotFound
from services.forecasting.files.fields import (
    FIELDS,
    checked_direction,
    checked_fields,
    checked_label,
)
from services.forecasting.files.parts import drop_parts
from services.forecasting.files.place import next_position, refuse_duplicate
from services.forecasting.resolve import editable_file
from services.forecasting.topics import subject_of

OWN = ("file_name", "bezeichnung", "type")


@dataclass(frozen=True, kw_only=True)
class FileChanges:
    """Fields of a series to set, converted, and its file name, label and direction as given."""

    fields: Mapping[str, Any] = field(default_factory=dict)
    own: Mapping[str, Any] = field(default_factory=dict)


def update_file(
    database: Database, actor: Actor, file_id: str, changes: Mapping[str, Any]
) -> SessionFile:
    """Set the given fields.

    Raises FieldRefused for a value that cannot be one, BadRequest where no field is known, for a
    file that is not the actor's, and for an id that is none, as the contract has it.
    """
    checked = checked_changes(changes)
    if not checked.fields and not checked.own:
        raise BadRequest(f"No field is known: {', '.join((*FIELDS, 'file_name'))} and others are.")
    with database.write() as unit:
        try:
            row = editable_file(unit.session, actor, file_id)
        except SeriesNotFound as error:
            raise FieldRefused("fileId", error.detail) from None
        apply_changes(unit.session, row, checked)
        record(unit, actor, "session_changed", subject_of(row.session_id), {"file": row.file_name})
    return row


def checked_changes(changes: Mapping[str, Any]) -> FileChanges:
    """Return what ``changes`` set, in either spelling; raises FieldRefused."""
    values = dict(changes)
    if "fileName" in values:
        values.setdefault("file_name", values.pop("fileName"))
    own = {name: values[name] for name in OWN if name in values}
    return FileChanges(fields=checked_fields(values), own=own)


def apply_changes(session: Session, row: SessionFile, changes: FileChanges) -> None:
    """Set fields of a row in hand; raises as ``update_file``."""
    _rename(session, row, changes.own)
    row.fields = {**row.fields, **changes.fields}
    row.updated_at = now()


def _rename(session: Session, row: SessionFile, own: Mapping[str, Any]) -> None:
    """Give the row another name, label or direction; raises DuplicateFile for one that is taken."""
    name = checked_label("file_name", own.get("file_name", row.file_name))
    label = checked_label("bezeichnung", own.get("bezeichnung", row.label))
    direction = checked_direction(own.get("type", row.direction))
    if (label, direction) != (row.label, row.direction):
        owner = session.get_one(ForecastSession, row.session_id)
        refuse_duplicate(session, owner, direction, label)
        if direction != row.direction:
            row.position = next_position(session, owner, direction)
    row.file_name, row.label, row.direction = name, label, direction


def delete_file(database: Database, actor: Actor, file_id: str) -> None:
    """Delete the row; the sweep takes its objects when no other row names them.

    Raises SeriesNotFound also for an id that cannot be one.
    """
    with database.write() as unit:
        row = editable_file(unit.session, actor, file_id)
        unit.session.delete(row)
        unit.session.flush()
        drop_parts(unit.session, row)
        record(unit, actor, "session_changed", subject_of(row.session_id), {"file": row.file_name})
