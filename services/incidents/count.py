"""Counting a failure: one row is changed in place, however many workers fail at once."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, or_, select, update
from sqlalchemy.orm import Session

from app.clock import now
from app.db.upsert import insert_into
from app.models.incident import (
    FIXED,
    OPEN,
    SNOOZED,
    Incident,
    IncidentDay,
    IncidentRoute,
    JobFailure,
)


def count_failure(session: Session, failure: JobFailure, *, began: datetime | None) -> int:
    """Count a failure on its incident, a new one if need be, and return the incident's id.

    ``began`` is when its attempt began: what was fixed after that is not broken again by it.
    """
    while True:  # an incident may be merged away between the look and the count
        incident_id = route_of(session, failure) or _begin(session, failure)
        if _count(session, incident_id, failure.at, began):
            _count_day(session, incident_id, failure.at)
            return incident_id


def owner_no(owner_id: int | None) -> int:
    """Return the number by which routes know an owner, 0 for nobody."""
    return owner_id or 0


def route_of(session: Session, failure: JobFailure) -> int | None:
    """Return where a failure goes: what was split off by its thing comes first."""
    query = select(IncidentRoute.incident_id).where(
        IncidentRoute.owner_no == owner_no(failure.owner_id),
        IncidentRoute.cause_key == failure.cause_key,
        IncidentRoute.subject.in_(("", failure.subject)),
    )
    return session.scalar(query.order_by(func.length(IncidentRoute.subject).desc()).limit(1))


def new_incident(session: Session, first: JobFailure) -> Incident:
    """Write an incident with the cause of a failure; nothing is counted yet."""
    row = Incident(
        **{name: getattr(first, name) for name in CAUSE},
        state=OPEN,
        first_seen=first.at,
        last_seen=first.at,
        count=0,
    )
    session.add(row)
    session.flush()
    return row


CAUSE = ("owner_id", "kind", "code", "type", "frame", "words", "site")


def _begin(session: Session, failure: JobFailure) -> int:
    """Return a new incident, or the one that another worker has just begun for the same cause."""
    row = new_incident(session, failure)
    route = insert_into(session, IncidentRoute).values(
        owner_no=owner_no(failure.owner_id),
        cause_key=failure.cause_key,
        subject="",
        cause_version=failure.cause_version,
        incident_id=row.id,
    )
    written = session.execute(
        route.on_conflict_do_nothing().returning(IncidentRoute.incident_id)
    ).scalar()
    if written is not None:
        return row.id
    session.delete(row)
    session.flush()
    return route_of(session, failure) or 0


def _count(session: Session, incident_id: int, at: datetime, began: datetime | None) -> bool:
    """Count on the row as it is at that moment; False where it is gone."""
    back = _is_regression(began)
    wakes = and_(
        Incident.state == SNOOZED,
        or_(Incident.snooze_until <= now(), Incident.snooze_count <= Incident.count + 1),
    )
    opens = or_(back, wakes)
    statement = update(Incident).where(Incident.id == incident_id)
    result = session.execute(
        statement.values(
            count=Incident.count + 1,
            first_seen=case((Incident.first_seen > at, at), else_=Incident.first_seen),
            last_seen=case((Incident.last_seen < at, at), else_=Incident.last_seen),
            state=case((opens, OPEN), else_=Incident.state),
            regressed_at=case((back, at), else_=Incident.regressed_at),
            snooze_until=case((opens, None), else_=Incident.snooze_until),
            snooze_count=case((opens, None), else_=Incident.snooze_count),
        )
        .returning(Incident.id)
        .execution_options(synchronize_session=False)
    )
    return result.scalar() is not None


def _is_regression(began: datetime | None) -> ColumnElement[bool]:
    fixed = Incident.state == FIXED
    return fixed if began is None else and_(fixed, Incident.state_at <= began)


def _count_day(session: Session, incident_id: int, at: datetime) -> None:
    row = insert_into(session, IncidentDay).values(incident_id=incident_id, day=at.date(), count=1)
    session.execute(
        row.on_conflict_do_update(
            index_elements=[IncidentDay.incident_id, IncidentDay.day],
            set_={"count": IncidentDay.count + 1},
        )
    )
