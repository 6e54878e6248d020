"""Snoozed incidents whose time has come need somebody again."""

from sqlalchemy import update

from app.clock import now
from app.db.engine import Database
from app.models.incident import OPEN, SNOOZED, Incident


def wake_incidents(database: Database) -> int:
    """Open those whose time has come; return how many."""
    due = (Incident.state == SNOOZED, Incident.snooze_until <= now())
    with database.write() as unit:
        woken = unit.session.execute(
            update(Incident)
            .where(*due)
            .values(state=OPEN, snooze_until=None, snooze_count=None)
            .returning(Incident.id)
            .execution_options(synchronize_session=False)
        )
        return len(woken.all())
