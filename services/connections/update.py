"""Choosing the property that a connection reads; from then on it is refreshed each day."""

from app.auth.actor import Actor
from app.auth.audit import record
from app.clock import now
from app.db.engine import Database
from app.errors import Invalid
from app.models.connection import ServiceConnection
from services.connections.provision import ensure_schedules
from services.connections.repository import editable
from services.connections.topics import subject_of

MAX_NAMED = 10


def choose_site(
    database: Database, actor: Actor, connection_id: str, site: str
) -> ServiceConnection:
    """Let a connection read ``site``; the days of another one stay with that one.

    Raises NotFound, and Invalid for a property that the account does not have or may not read.
    """
    with database.write() as unit:
        row = editable(unit.session, actor, connection_id)
        usable = [one["site"] for one in row.sites if one["usable"]]
        if site not in usable:
            raise _refused(site, usable)
        if site != row.site:
            row.site, row.last_refresh, row.updated_at = site, None, now()
            ensure_schedules(unit, row)
            record(unit, actor, "connection_changed", subject_of(row.id), {"site": site})
    return row


def _refused(site: str, usable: list[str]) -> Invalid:
    shown = ", ".join(usable[:MAX_NAMED]) or "none yet: check the connection first"
    detail = f"site is {site[:100]!r}, but the account can read: {shown}."
    return Invalid(detail, errors={"site": [detail]})
