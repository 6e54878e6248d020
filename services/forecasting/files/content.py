"""The bytes of a file as they came."""

from app.auth.actor import Actor
from app.db.engine import Database
from app.models.forecasting import SessionFile
from services.forecasting.errors import SeriesNotFound
from services.forecasting.resolve import visible_file


def find_content(database: Database, actor: Actor, file_id: str) -> SessionFile:
    """Return a file whose bytes are there, by ``object_key``; raises SeriesNotFound."""
    with database.read() as session:
        row = visible_file(session, actor, file_id)
    if row.object_key is None:
        raise SeriesNotFound(file_id)
    return row
