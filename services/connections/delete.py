"""Disconnecting: connection and schedules are archived, and the tokens are erased."""

from app.auth.actor import Actor
from app.auth.audit import record
from app.clock import now
from app.jobs.engine import JobEngine
from services.connections.provision import archive_schedules
from services.connections.repository import editable
from services.connections.topics import subject_of
from services.connections.types import ARCHIVED


def disconnect(engine: JobEngine, actor: Actor, connection_id: str) -> None:
    """Archive a connection; its tokens are gone for good, its days and its log stay.

    Raises NotFound and Invalid.
    """
    with engine.database.write() as unit:
        row = editable(unit.session, actor, connection_id)
        archive_schedules(engine, unit, actor, row)
        at = now()
        row.state, row.archived_at, row.updated_at = ARCHIVED, at, at
        row.tokens_encrypted, row.expires_at, row.sites, row.scopes = None, None, [], []
        detail = {"platform": row.platform, "site": row.site}
        record(unit, actor, "connection_disconnected", subject_of(row.id), detail)
