"""The causes that are one incident: one, unless a person put several together."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.incident import Incident, IncidentRoute, JobFailure
from services.incidents.types import Part

MAX_PARTS = 100


def parts_of(session: Session, incident: Incident) -> list[Part]:
    """Return the causes whose failures go to an incident, with an example and a count each."""
    query = select(IncidentRoute).where(IncidentRoute.incident_id == incident.id)
    order = (IncidentRoute.cause_key, IncidentRoute.subject)
    routes = session.scalars(query.order_by(*order).limit(MAX_PARTS)).all()
    return [part for route in routes if (part := _part(session, incident, route)) is not None]


def _part(session: Session, incident: Incident, route: IncidentRoute) -> Part | None:
    """Return a cause, None where none of its failures is left here."""
    here = [
        JobFailure.incident_id == incident.id,
        JobFailure.cause_key == route.cause_key,
        *([JobFailure.subject == route.subject] if route.subject else []),
    ]
    first = session.scalar(select(JobFailure).where(*here).limit(1))
    if first is None:
        return None
    return Part(
        cause=route.cause_key,
        subject=route.subject,
        kind=first.kind,
        type=first.type,
        words=first.words,
        count=session.scalar(select(func.count()).where(*here)) or 0,
    )
