"""The series of a session, in the order in which they were added."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.db.engine import Database
from app.models.forecasting import ForecastSession, SessionFile
from services.forecasting.files.fields import checked_direction
from services.forecasting.resolve import visible_session

ORDER = (SessionFile.direction, SessionFile.position, SessionFile.id)  # inputs first


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
    return session.scalars(query.order_by(*ORDER)).all()


def color_indexes(database: Database, session_id: int) -> dict[int, int]:
    """Return the contract's color_index of each file, by its id: inputs from 0, outputs go on."""
    query = select(SessionFile.id).where(SessionFile.session_id == session_id).order_by(*ORDER)
    with database.read() as session:
        return {file_id: index for index, file_id in enumerate(session.scalars(query))}
