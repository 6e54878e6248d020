"""Announcing a file: its row comes first, its bytes follow in chunks."""

import uuid
from collections.abc import Mapping
from typing import Any

from app.auth.actor import Actor
from app.clock import now
from app.db.engine import Database
from app.models.forecasting import SessionFile
from services.forecasting.files.fields import (
    DEFAULTS,
    checked_direction,
    checked_fields,
    checked_label,
)
from services.forecasting.files.options import FIELD, checked_options
from services.forecasting.files.place import next_position, refuse_duplicate, step_widths
from services.forecasting.resolve import ensured_session


def announce_file(
    database: Database, actor: Actor, session_id: object, data: Mapping[str, Any]
) -> SessionFile:
    """Keep the fields of a file that has not arrived; raises FieldRefused and DuplicateFile."""
    name = checked_label("fileName", data.get("fileName", data.get("file_name")))
    label = checked_label("bezeichnung", data.get("bezeichnung") or name.rpartition(".")[0] or name)
    direction = checked_direction(data.get("type"))
    fields = checked_fields(data)
    with database.write() as unit:
        session = ensured_session(unit, actor, session_id)
        refuse_duplicate(unit.session, session, direction, label)
        widths = step_widths(unit.session, session, direction)
        row = SessionFile(
            uuid=str(uuid.uuid4()),
            session_id=session.id,
            direction=direction,
            file_name=name,
            label=label,
            position=next_position(unit.session, session, direction),
            status="waiting",
            fields={**DEFAULTS, **widths, **fields},
            import_options=checked_options(data.get(FIELD)),
            size_bytes=0,
            created_at=now(),
            updated_at=now(),
        )
        unit.session.add(row)
        session.updated_at = now()
    return row
