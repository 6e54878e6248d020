"""Merging incidents: their causes lead to one from now on, and so does what failed before."""

from collections.abc import Sequence

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.auth.audit import record
from app.db.engine import Database
from app.errors import Conflict
from app.ids import parse_id
from app.models.incident import Incident, IncidentDay, IncidentNote, IncidentRoute, JobFailure
from app.topics import name_of
from services.incidents.access import KIND, require_incident
from services.incidents.move import add_day


def merge_incidents(database: Database, actor: Actor, number: str, others: Sequence[int]) -> None:
    """Move all of ``others`` into one incident; they are gone after that.

    Raises NotFound for one that is not the actor's, Conflict for those of different owners.
    """
    target_id = parse_id(number, "incident_id")
    ids = sorted({*others, target_id})  # one order of locks for everybody
    with database.write() as unit:
        rows = {one: require_incident(unit.session, actor, one, lock=True) for one in ids}
        target = rows.pop(target_id)
        for row in rows.values():
            if row.owner_id != target.owner_id:
                raise Conflict("Only incidents of one owner are merged.")
            absorb(unit.session, target, row)
        detail = {"merged": sorted(rows)}
        record(unit, actor, "incidents_merged", name_of(KIND, target_id), detail)


def absorb(session: Session, target: Incident, source: Incident) -> None:
    """Move everything of a locked incident into another one and delete it."""
    for model in (IncidentRoute, JobFailure, IncidentNote):
        session.execute(
            update(model)
            .where(model.incident_id == source.id)
            .values(incident_id=target.id)
            .execution_options(synchronize_session=False)
        )
    _add_days(session, target.id, source.id)
    target.count += source.count
    target.first_seen = min(target.first_seen, source.first_seen)
    target.last_seen = max(target.last_seen, source.last_seen)
    session.flush()
    session.execute(delete(Incident).where(Incident.id == source.id))


def _add_days(session: Session, target_id: int, source_id: int) -> None:
    days = select(IncidentDay).where(IncidentDay.incident_id == source_id)
    for one in session.scalars(days).all():
        add_day(session, target_id, one.day, one.count)
