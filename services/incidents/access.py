"""Who may see incidents: the owner of the failed jobs, and admins. For others there is none."""

from sqlalchemy import ColumnElement, false, select, true
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.errors import NotFound
from app.ids import parse_id
from app.models.incident import Incident

KIND = "incident"


def own_incidents(actor: Actor) -> ColumnElement[bool]:
    """Return the condition under which incidents are the actor's."""
    if actor.is_admin:
        return true()
    return false() if actor.role == "viewer" else Incident.owner_id == actor.user_id


def require_incident(
    session: Session, actor: Actor, number: int | str, *, lock: bool = False
) -> Incident:
    """Return an incident, locked against failures that are being counted if requested.

    Raises NotFound where it is not the actor's, Invalid for text that is no id.
    """
    incident_id = parse_id(number, "incident_id") if isinstance(number, str) else number
    query = select(Incident).where(Incident.id == incident_id, own_incidents(actor))
    row = session.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise NotFound(f"Incident {number} not found")
    return row
