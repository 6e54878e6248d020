"""Deleting a channel, with all that was and was to be sent on it."""

from app.auth.actor import Actor
from app.auth.audit import record
from app.db.engine import Database
from services.channels.access import require_channel
from services.channels.topics import subject_of


def delete_channel(database: Database, actor: Actor, number: str) -> None:
    """Delete a channel and its deliveries. Raises NotFound and Invalid."""
    with database.write() as unit:
        row = require_channel(unit.session, actor, number, lock=True)
        unit.session.delete(row)
        detail = {"kind": row.kind}
        record(unit, actor, "channel_deleted", subject_of(row.id), detail)
