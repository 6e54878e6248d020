"""The series of a session, in the order in which they were added."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.db.engine import Database
from app.models.forecasting import ForecastSession, SessionFile
from services.forecasting.files.fields import checked_direction
from services.forecasting.resolve import visible_session


def list_files(
    database: Database, actor: Actor, wire_id: object, direction: str | None = None
) -> Sequence[SessionFile]:
    """Return the files of a session, inputs first; ``direction`` leaves only those."""
    chosen = None if direction is None else checked_direction(direction)
    with database.read() as session:
        owner = visible_session(session, actor, wire_id)
        return [
            row for row in files_of(session, owner) if chosen is None or row.direction == chosen
        ]


def files_of(session: Session, owner: ForecastSession) -> Sequence[SessionFile]:
    """Return the files of a session, inputs first."""
    query = select(SessionFile).where(SessionFile.session_id == owner.id)
    order = (SessionFile.direction, SessionFile.position, SessionFile.id)
    return session.scalars(query.order_by(*order)).all()
