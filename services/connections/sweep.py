"""What is deleted by itself: sign-ins that nobody came back from, and old records."""

from datetime import timedelta

from app.clock import now
from app.db.engine import Database
from services.connections.repository import forget_logs, forget_states

LOG_LIFETIME = timedelta(days=180)


def sweep_connections(database: Database) -> None:
    """Delete states that are over, and what is recorded of refreshes and checks long ago."""
    at = now()
    with database.write() as unit:
        forget_states(unit.session, at)
        forget_logs(unit.session, at - LOG_LIFETIME)
