"""Changing and deleting a file of a session."""

from collections.abc import Mapping
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
from services.forecasting.files.place import refuse_duplicate
from services.forecasting.resolve import editable_file
from services.forecasting.topics import subject_of


def update_file(
    database: Database, actor: Actor, file_id: str, changes: Mapping[str, Any]
) -> SessionFile:
    """Set the given fields.

    Raises FieldRefused for a value that cannot be one, BadRequest where no field is known, for a
    file that is not the actor's, and for an id that is none, as the contract has it.
    """
    fields = checked_fields(changes)
    own = {name: changes[name] for name in ("file_name", "bezeichnung", "type") if name in changes}
    if not fields and not own:
        raise BadRequest(f"No field is known: {', '.join((*FIELDS, 'file_name'))} and others are.")
    with database.write() as unit:
        try:
            row = editable_file(unit.session, actor, file_id)
        except SeriesNotFound as error:
            raise FieldRefused("fileId", error.detail) from None
        _rename(unit.session, row, own)
        row.fields = {**row.fields, **fields}
        row.updated_at = now()
        record(unit, actor, "session_changed", subject_of(row.session_id), {"file": row.file_name})
    return row


def _rename(session: Session, row: SessionFile, own: Mapping[str, Any]) -> None:
    """Give the row another name, label or direction; raises DuplicateFile for one that is taken."""
    name = checked_label("file_name", own.get("file_name", row.file_name))
    label = checked_label("bezeichnung", own.get("bezeichnung", row.label))
    direction = checked_direction(own.get("type", row.direction))
    if (label, direction) != (row.label, row.direction):
        owner = session.get_one(ForecastSession, row.session_id)
        refuse_duplicate(session, owner, direction, label)
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
