"""Splitting an incident: one of its causes, or one thing, gets an incident of its own.

It holds for later failures: the cause, or the cause of that thing, leads to the new one.
"""

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.auth.audit import record
from app.db.engine import Database
from app.db.upsert import insert_into
from app.errors import Conflict
from app.models.incident import Incident, IncidentRoute, JobFailure
from app.topics import name_of
from services.incidents.access import KIND, require_incident
from services.incidents.count import new_incident, owner_no
from services.incidents.move import move_failures


def split_incident(
    database: Database,
    actor: Actor,
    number: str,
    *,
    cause: str | None = None,
    subject: str | None = None,
) -> int:
    """Split off a cause, or what concerns one thing, and return the number of the new incident.

    Raises Conflict where nothing of it is here, or nothing else is.
    """
    with database.write() as unit:
        row = require_incident(unit.session, actor, number, lock=True)
        new = _split(unit.session, row, cause, subject)
        detail = {"new": new.id, "cause": cause, "subject": subject}
        record(unit, actor, "incident_split", name_of(KIND, row.id), detail)
        return new.id


def _split(session: Session, row: Incident, cause: str | None, subject: str | None) -> Incident:
    moved = [JobFailure.incident_id == row.id]
    moved += [] if cause is None else [JobFailure.cause_key == cause]
    moved += [] if subject is None else [JobFailure.subject == subject]
    first = session.scalar(select(JobFailure).where(*moved).order_by(JobFailure.id).limit(1))
    if first is None:
        raise Conflict("Nothing of that is in this incident.")
    if not _is_part(session, row, moved):
        raise Conflict("Nothing else is in this incident: there is nothing to split.")
    new = new_incident(session, first)
    _lead(session, row, new, cause, moved)
    move_failures(session, row, new, moved)
    return new


def _is_part(session: Session, row: Incident, moved: list[ColumnElement[bool]]) -> bool:
    count = select(func.count()).select_from(JobFailure)
    here = session.scalar(count.where(JobFailure.incident_id == row.id)) or 0
    return here > (session.scalar(count.where(*moved)) or 0)


def _lead(
    session: Session,
    row: Incident,
    new: Incident,
    cause: str | None,
    moved: list[ColumnElement[bool]],
) -> None:
    """Let the causes of what is moved lead to the new incident."""
    if cause is not None:
        session.execute(
            update(IncidentRoute)
            .where(IncidentRoute.incident_id == row.id, IncidentRoute.cause_key == cause)
            .values(incident_id=new.id)
            .execution_options(synchronize_session=False)
        )
        return
    query = select(JobFailure.cause_key, JobFailure.cause_version, JobFailure.subject)
    for key, version, subject in session.execute(query.where(*moved).distinct()).all():
        route = insert_into(session, IncidentRoute).values(
            owner_no=owner_no(row.owner_id),
            cause_key=key,
            subject=subject,
            cause_version=version,
            incident_id=new.id,
        )
        columns = (IncidentRoute.owner_no, IncidentRoute.cause_key, IncidentRoute.subject)
        session.execute(
            route.on_conflict_do_update(index_elements=columns, set_={"incident_id": new.id})
        )
