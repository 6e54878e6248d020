"""The bytes of a file as they came."""

from app.auth.actor import Actor
from app.db.engine import Database
from app.storage import ObjectStore
from services.forecasting.errors import SeriesNotFound
from services.forecasting.resolve import visible_file


def original_content(
    database: Database, store: ObjectStore, actor: Actor, file_id: str
) -> tuple[str, bytes]:
    """Return name and bytes; raises SeriesNotFound where they have not arrived."""
    with database.read() as session:
        row = visible_file(session, actor, file_id)
        name, key = row.file_name, row.object_key
    if key is None:
        raise SeriesNotFound(file_id)
    return name, store.get(key)
