"""Evaluation tables that a client computed itself and keeps with a session."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app import strict_json
from app.auth.actor import Actor
from app.auth.audit import record
from app.clock import now
from app.db.engine import Database
from app.models.forecasting import SessionObject
from app.storage import ObjectStore
from services.forecasting.datasets.objects import find_object
from services.forecasting.errors import FieldRefused
from services.forecasting.files.create import PREFIX
from services.forecasting.resolve import editable_session
from services.forecasting.topics import subject_of

SAVED_TABLES = "evaluation_tables"
TABLES = ("df_eval", "df_eval_ts")
MAX_TYPE_LENGTH = 100


def save_tables(
    database: Database, store: ObjectStore, actor: Actor, wire_id: object, given: Mapping[str, Any]
) -> datetime:
    """Keep both tables in the place of those that were saved before; return when that was.

    Raises FieldRefused for a table that is no object and for a model_type that is no text.
    """
    tables = {name: _table(name, given.get(name)) for name in TABLES}
    model_type = "Unknown" if given.get("model_type") is None else given["model_type"]
    is_text = isinstance(model_type, str) and model_type.isprintable() and model_type.strip()
    if not is_text or len(model_type) > MAX_TYPE_LENGTH:
        detail = f"model_type must be a text of 1 to {MAX_TYPE_LENGTH} printable letters."
        raise FieldRefused("model_type", detail)
    key = f"{PREFIX}{uuid.uuid4()}/evaluation_tables.json"
    content = strict_json.dump_bytes({**tables, "model_type": model_type})
    with database.read() as session:
        editable_session(session, actor, wire_id)  # before anything is written
    store.put(key, content)
    with database.write() as unit:
        owner = editable_session(unit.session, actor, wire_id)
        row = find_object(unit.session, owner, SAVED_TABLES)
        if row is None:
            row = SessionObject(session_id=owner.id, name=SAVED_TABLES)
            unit.session.add(row)
        row.object_key, row.size_bytes, row.created_at = key, len(content), now()
        row.details = {"model_type": model_type}
        record(unit, actor, "session_changed", subject_of(owner.id), {"tables": model_type})
    return row.created_at


def _table(name: str, value: object) -> Mapping[str, Any]:
    """Return a table as it was given: columns of numbers by label; one level more by place."""
    levels = 1 if name == "df_eval" else 2
    if not isinstance(value, Mapping) or not all(_is_part(one, levels) for one in value.values()):
        right = "columns of numbers and nulls by output label"
        raise FieldRefused(name, f"{name} must hold {right}{', and by step' * (levels - 1)}.")
    if strict_json.holds_nul(value):
        raise FieldRefused(name, f"{name} holds the NUL character, which no text can have.")
    return value


def _is_part(value: object, levels: int) -> bool:
    """Return whether ``value`` is columns by name, under ``levels`` - 1 further names."""
    if levels > 0:
        if not isinstance(value, Mapping):
            return False
        return all(_is_part(one, levels - 1) for one in value.values())
    return isinstance(value, list) and all(
        one is None or (isinstance(one, int | float) and not isinstance(one, bool)) for one in value
    )
