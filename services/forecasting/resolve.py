"""Finding a session or a file by what clients call it; what is not the actor's does not exist."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.auth.access import can_edit, require_member, visible
from app.auth.actor import Actor
from app.auth.audit import record
from app.auth.views import note_view
from app.clock import now
from app.db.uow import UnitOfWork
from app.db.upsert import insert_into
from app.errors import Forbidden
from app.models.forecasting import ForecastSession, SessionFile
from services.forecasting.errors import SeriesNotFound, SessionNotFound
from services.forecasting.ids import checked_session_id, is_uuid, number_of, server_uuid
from services.forecasting.topics import subject_of


def visible_session(session: Session, actor: Actor, wire_id: object) -> ForecastSession:
    """Return the session; the actor's own where a shared one has the same id.

    Beside the contract's three forms its number in our own addresses names it. Raises
    BadSessionId for what is no id, SessionNotFound where the actor may see none.
    """
    number = number_of(wire_id)
    name = str(number) if number is not None else checked_session_id(wire_id)
    if number is not None:
        named = ForecastSession.id == number
    else:
        named = or_(ForecastSession.wire_id == name, ForecastSession.uuid == name)
    row = session.scalars(
        select(ForecastSession)
        .where(named, visible(ForecastSession, actor))
        .order_by(ForecastSession.owner_id != actor.user_id, ForecastSession.id)
        .limit(1)
    ).first()
    if row is None:
        raise SessionNotFound(name)
    return note_view(actor, row)


def fillable_session(session: Session, actor: Actor, wire_id: object) -> ForecastSession:
    """Return a session that the actor may change; raises Forbidden where it is only shared."""
    row = visible_session(session, actor, wire_id)
    if not can_edit(actor, row):
        raise Forbidden(f"Session {row.wire_id} is shared with you to read: its owner changes it.")
    return row


def editable_session(session: Session, actor: Actor, wire_id: object) -> ForecastSession:
    """Return the session, locked; raises Forbidden where it is only shared with the actor."""
    row = fillable_session(session, actor, wire_id)
    session.refresh(row, with_for_update=True)
    return row


def ensured_session(unit: UnitOfWork, actor: Actor, wire_id: object) -> ForecastSession:
    """Return the actor's session of that id, created now if there is none.

    However many requests come at once, there is one session. Raises BadSessionId, and
    SessionNotFound where the id is a UUID that somebody else has.
    """
    require_member(actor)
    name = checked_session_id(wire_id)
    try:
        return editable_session(unit.session, actor, name)
    except SessionNotFound:
        _create(unit, actor, name)
    return editable_session(unit.session, actor, name)


def _create(unit: UnitOfWork, actor: Actor, name: str) -> None:
    values = {
        "uuid": server_uuid(name),
        "wire_id": name,
        "owner_id": actor.user_id,
        "visibility": "private",
        "created_at": now(),
        "updated_at": now(),
    }
    statement = insert_into(unit.session, ForecastSession).values(values).on_conflict_do_nothing()
    created = unit.session.scalar(statement.returning(ForecastSession.id))
    if created is not None:
        record(unit, actor, "session_created", subject_of(created), {"id": name})


def visible_file(session: Session, actor: Actor, file_id: str) -> SessionFile:
    """Return the file; raises SeriesNotFound for any other text."""
    row = None
    if is_uuid(file_id):
        row = session.scalars(
            select(SessionFile)
            .join(ForecastSession, ForecastSession.id == SessionFile.session_id)
            .where(SessionFile.uuid == file_id.lower(), visible(ForecastSession, actor))
        ).first()
    if row is None:
        raise SeriesNotFound(file_id)
    note_view(actor, session.get_one(ForecastSession, row.session_id))
    return row


def editable_file(session: Session, actor: Actor, file_id: str) -> SessionFile:
    """Return the file, locked; raises SeriesNotFound, and Forbidden where it is only shared."""
    row = visible_file(session, actor, file_id)
    owner = session.get_one(ForecastSession, row.session_id)
    if not can_edit(actor, owner):
        raise Forbidden("This file is shared with you to read: its owner changes it.")
    session.refresh(row, with_for_update=True)
    return row
