"""Changing what a session says: its name, its time steps, its calendar."""

from collections.abc import Mapping
from typing import Any

from app.auth.actor import Actor
from app.auth.audit import record
from app.clock import now
from app.db.engine import Database
from app.models.forecasting import ForecastSession
from app.unseen import is_unseen
from services.forecasting.domain.numbers import shown
from services.forecasting.errors import InvalidSessionName
from services.forecasting.resolve import editable_session
from services.forecasting.time_info import checked_time_info
from services.forecasting.time_steps import checked_time_steps
from services.forecasting.topics import subject_of

MAX_NAME = 255
CHECKS = {"timeInfo": checked_time_info, "zeitschritte": checked_time_steps}


def save_settings(
    database: Database, actor: Actor, wire_id: object, settings: Mapping[str, Any]
) -> ForecastSession:
    """Keep the timeInfo and zeitschritte in ``settings``; raises as ``apply_settings``.

    Whoever saves says what: null is refused, where the start of a session takes it for nothing.
    """
    for name, checked in CHECKS.items():
        if name in settings:
            checked(settings[name])
    with database.write() as unit:
        row = editable_session(unit.session, actor, wire_id)
        apply_settings(row, settings)
    return row


def apply_settings(row: ForecastSession, settings: Mapping[str, Any]) -> None:
    """Set what is given; raises InvalidTimeInfo and InvalidTimeSteps, and nothing is set then."""
    time_info = steps = None
    if settings.get("timeInfo") is not None:
        time_info = checked_time_info(settings["timeInfo"])
    if settings.get("zeitschritte") is not None:
        steps = checked_time_steps(settings["zeitschritte"])
    row.time_info = time_info or row.time_info
    row.time_steps = steps or row.time_steps
    if time_info or steps:
        row.updated_at = now()


def rename_session(database: Database, actor: Actor, wire_id: object, name: str) -> ForecastSession:
    """Give the session a name of 1 to 255 letters; raises InvalidSessionName."""
    with database.write() as unit:
        row = editable_session(unit.session, actor, wire_id)
        row.name = checked_name(name)
        row.updated_at = now()
        record(unit, actor, "session_changed", subject_of(row.id), {"name": row.name})
    return row


def checked_name(name: object) -> str:
    """Return the name without blanks around it; raises InvalidSessionName."""
    text = name.strip() if isinstance(name, str) else ""
    if is_unseen(text) or len(text) > MAX_NAME:
        detail = f"sessionName is {shown(name)}, but it must have 1 to {MAX_NAME} visible letters."
        raise InvalidSessionName("sessionName", detail)
    return text
