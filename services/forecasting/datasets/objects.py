"""The objects that the datasets of a session are kept as, by their names."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import now
from app.models.forecasting import ForecastSession, SessionObject
from services.forecasting.errors import DatasetsNotFound

WINDOWS = "windows.json"
VIOLINS = "violins.json"
VISUALIZATIONS = "visualizations.json"
DROPPED = "dropped.parquet"
ARRAYS = "arrays.npz"
TEST_WINDOWS = "test_windows.npz"
NAMES = (WINDOWS, VIOLINS, VISUALIZATIONS, DROPPED, ARRAYS, TEST_WINDOWS)


@dataclass(frozen=True, kw_only=True)
class NewObject:
    """An object that lies in the store already, and what is said of it."""

    key: str
    size_bytes: int
    details: Mapping[str, Any]


def keep_objects(session: Session, session_id: int, objects: Mapping[str, NewObject]) -> None:
    """Let the names stand for the new objects; what they stood for is left to the sweep."""
    mine = (SessionObject.session_id == session_id, SessionObject.name.in_(NAMES))
    rows = {row.name: row for row in session.scalars(select(SessionObject).where(*mine))}
    for name in rows.keys() - objects.keys():
        session.delete(rows[name])
    for name, new in objects.items():
        row = rows.get(name)
        if row is None:
            row = SessionObject(session_id=session_id, name=name)
            session.add(row)
        row.object_key, row.size_bytes = new.key, new.size_bytes
        row.details, row.created_at = dict(new.details), now()


def find_object(session: Session, owner: ForecastSession, name: str) -> SessionObject | None:
    """Return the row of an object, None where the session has none of that name."""
    return session.scalars(
        select(SessionObject).where(
            SessionObject.session_id == owner.id, SessionObject.name == name
        )
    ).one_or_none()


def require_object(session: Session, owner: ForecastSession, name: str) -> SessionObject:
    """Return the row of an object; raises DatasetsNotFound."""
    row = find_object(session, owner, name)
    if row is None:
        raise DatasetsNotFound(owner.wire_id)
    return row
