"""Deleting uploads of sessions that nobody came back for."""

from datetime import datetime

from app.clock import now
from app.db.engine import Database
from services.forecasting.topics import KIND
from services.uploads.sweep import delete_unfinished


def delete_stale_uploads(database: Database, at: datetime | None = None) -> int:
    """Delete unfinished uploads of sessions that have expired by ``at`` (now); return how many.

    An upload expires a day after its last byte. Finished ones stay, and so do files of sessions.
    The periodic sweep of uploads does the same for those of every domain.
    """
    return delete_unfinished(database, at or now(), purpose=f"{KIND}:")
