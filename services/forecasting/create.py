"""Beginning a session: the row is there as soon as anybody says its id."""

from collections.abc import Mapping
from typing import Any

from app.auth.actor import Actor
from app.db.engine import Database
from app.models.forecasting import ForecastSession
from services.forecasting.resolve import ensured_session
from services.forecasting.update import apply_settings, checked_name


def init_session(
    database: Database,
    actor: Actor,
    wire_id: object,
    settings: Mapping[str, Any],
    name: str | None = None,
) -> ForecastSession:
    """Return the session of that id, created now if there is none, with ``settings`` applied.

    ``settings`` may hold timeInfo and zeitschritte. Raises BadSessionId, InvalidTimeInfo and
    InvalidTimeSteps, and nothing is kept then.
    """
    with database.write() as unit:
        row = ensured_session(unit, actor, wire_id)
        apply_settings(row, settings)
        if name is not None:
            row.name = checked_name(name)
    return row
