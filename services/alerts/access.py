"""Whose alerts are whose: the owner's own, and for admins those of the platform besides."""

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.errors import NotFound
from app.ids import parse_id
from app.models.alert import Alert


def own_alerts(actor: Actor) -> ColumnElement[bool]:
    """Return the condition under which alerts are the actor's."""
    mine = Alert.owner_id == actor.user_id
    return or_(mine, Alert.owner_id.is_(None)) if actor.is_admin else mine


def require_alert(session: Session, actor: Actor, number: str, *, lock: bool = False) -> Alert:
    """Return an alert, locked against the clock if requested.

    Raises NotFound where it is not the actor's, Invalid for text that is no id.
    """
    query = select(Alert).where(Alert.id == parse_id(number, "alert_id"), own_alerts(actor))
    row = session.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise NotFound(f"Alert {number} not found")
    return row
