"""Reading incidents: the list by filter, and one with all that is known of it."""

from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.db.engine import Database
from app.models.incident import INCIDENT_STATES, Incident, IncidentNote, JobFailure
from services.domains import JOBS
from services.incidents.access import own_incidents, require_incident
from services.incidents.cards import cards
from services.incidents.cursor import behind, cursor_of
from services.incidents.names import occurrences, people
from services.incidents.parts import parts_of
from services.incidents.types import (
    IncidentDetail,
    IncidentFilter,
    IncidentPage,
    Note,
    OccurrencePage,
)
from services.incidents.why import why_together

MAX_NOTES = 200


def list_incidents(
    database: Database, actor: Actor, which: IncidentFilter, *, limit: int, after: str | None
) -> IncidentPage:
    """Return a page of the actor's incidents, those seen last first.

    Raises Invalid where ``after`` is no place in the list.
    """
    query = (
        select(Incident)
        .where(*matching(actor, which), *behind(Incident.last_seen, Incident.id, after))
        .order_by(Incident.last_seen.desc(), Incident.id.desc())
        .limit(limit + 1)
    )
    with database.read() as session:
        rows = session.scalars(query).all()
        last = rows[limit - 1] if len(rows) > limit else None
        return IncidentPage(
            items=cards(session, rows[:limit]),
            next_after=None if last is None else cursor_of(last.last_seen, last.id),
            counts=_counts(session, actor, which),
        )


def matching(actor: Actor, which: IncidentFilter) -> list[ColumnElement[bool]]:
    """Return what is true of the actor's incidents that a filter keeps."""
    return [*_besides_state(actor, which), *_equal(Incident.state, which.state)]


def _besides_state(actor: Actor, which: IncidentFilter) -> list[ColumnElement[bool]]:
    parts = [own_incidents(actor)]
    parts += _equal(Incident.owner_id, actor.user_id if which.mine else None)
    parts += _equal(Incident.kind, which.kind)
    parts += _equal(Incident.code, which.code)
    parts += _equal(Incident.assignee_id, which.assignee_id)
    if which.query:
        text = which.query.lower()
        words = Incident.words.contains(text, autoescape=True)
        parts.append(or_(words, func.lower(Incident.type).contains(text, autoescape=True)))
    return parts


def _equal(column: Any, value: object) -> list[ColumnElement[bool]]:
    return [] if value is None else [column == value]


def _counts(session: Session, actor: Actor, which: IncidentFilter) -> dict[str, int]:
    query = select(Incident.state, func.count()).where(*_besides_state(actor, which))
    counted = dict(session.execute(query.group_by(Incident.state)).tuples().all())
    return {state: counted.get(state, 0) for state in INCIDENT_STATES}


def read_incident(database: Database, actor: Actor, number: str) -> IncidentDetail:
    """Return one incident with why its failures are together; raises as ``require_incident``."""
    with database.read() as session:
        row = require_incident(session, actor, number)
        parts = parts_of(session, row)
        return IncidentDetail(
            card=cards(session, [row])[0],
            why=why_together(row, parts),
            parts=parts,
            notes=_notes(session, row.id),
        )


def _notes(session: Session, incident_id: int) -> list[Note]:
    query = select(IncidentNote).where(IncidentNote.incident_id == incident_id)
    rows = session.scalars(query.order_by(IncidentNote.id.desc()).limit(MAX_NOTES)).all()
    known = people(session, [one.author_id for one in rows])
    return [
        Note(id=one.id, author=known.get(one.author_id or 0), at=one.at, text=one.text)
        for one in rows
    ]


def list_occurrences(
    database: Database, actor: Actor, number: str, *, limit: int, after: str | None
) -> OccurrencePage:
    """Return failures of an incident, the newest first; raises as ``require_incident``."""
    with database.read() as session:
        row = require_incident(session, actor, number)
        query = (
            select(JobFailure)
            .where(JobFailure.incident_id == row.id, *behind(JobFailure.at, JobFailure.id, after))
            .order_by(JobFailure.at.desc(), JobFailure.id.desc())
            .limit(limit + 1)
        )
        rows = list(session.scalars(query))
        last = rows[limit - 1] if len(rows) > limit else None
        return OccurrencePage(
            items=occurrences(session, rows[:limit], JOBS),
            next_after=None if last is None else cursor_of(last.at, last.id),
        )
