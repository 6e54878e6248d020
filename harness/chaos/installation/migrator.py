"""Who migrates, run as a real process by ``WarmProcess`` and killed at any moment of it."""

from pathlib import Path

from app.db.engine import Database
from app.db.migrate import migrate


def main(url: str, begun: str) -> None:
    """Bring the database at ``url`` to the newest schema, once the file ``begun`` is there."""
    Path(begun).touch()
    database = Database(url, pool_size=1)
    migrate(database)
    database.close()
