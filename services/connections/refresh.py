"""Bringing the stored days of a connection up to date: the work of the kind ``dataset.refresh``.

Whole days are written in one commit, and only those that differ, so that running it again changes
nothing. An attempt never waits for a quota: it ends, and says how long to wait.
"""

from collections.abc import Sequence
from typing import Any

from app.models.connection import ServiceConnection
from services.connections.clients import pacific
from services.connections.clients.days import FINAL, Day, Window, next_window
from services.connections.clients.google import SearchConsole
from services.connections.clients.results import FetchedDays
from services.connections.repository import days_of, store_days
from services.connections.session import (
    Write,
    live_connection,
    recorded,
    service_of,
    signed_client,
)
from services.connections.types import REFRESH, Here
from services.scheduler.codes.errors import ConfigMissing

NO_DATA = "The service has no data of these days."


def refresh(
    here: Here,
    connection_id: int,
    *,
    data_state: str = FINAL,
    quota_was_hit: bool = False,
    write: Write | None = None,
) -> dict[str, Any]:
    """Store the days that are new or have changed; return what was done, in numbers.

    ``data_state`` is ``final``, or ``all`` for days that may still change. ``quota_was_hit`` says
    that an earlier attempt of this execution met Google's load quota. ``write`` opens the units of
    work, by default those of the database. Raises AttemptFailed.
    """
    write = write or here.database.write

    def work() -> dict[str, Any]:
        row = live_connection(here, connection_id)
        site = row.site
        if site is None:
            raise ConfigMissing(f"Connection {row.id} has no property yet: choose one.")
        with here.database.read() as session:
            stored = days_of(session, row.id, site)
        window = next_window(stored, pacific.today(here.clock()))
        part = _requested(here, row, window, data_state, quota_was_hit=quota_was_hit)
        changed = changed_days(stored, part.days)
        with write() as unit:
            store_days(unit.session, row.id, site, changed)
        return _summary(site, window, stored, part, changed)

    return recorded(connection_id, REFRESH, write, work)


def changed_days(stored: Sequence[Day], new: Sequence[Day]) -> list[Day]:
    """Return those of the new days that are not stored just so."""
    known = {one.day: one for one in stored}
    return [one for one in new if known.get(one.day) != one]


def _requested(
    here: Here,
    row: ServiceConnection,
    window: Window,
    data_state: str,
    *,
    quota_was_hit: bool,
) -> FetchedDays:
    with signed_client(here, row) as signed:
        service = service_of(signed, quota_was_hit=quota_was_hit)
        if isinstance(service, SearchConsole):
            return service.days(row.site or "", window, data_state)
        return service.days(row.site or "", window)


def _summary(
    site: str, window: Window, stored: Sequence[Day], part: FetchedDays, changed: Sequence[Day]
) -> dict[str, Any]:
    known = {one.day for one in stored}
    days = sorted(known | {one.day for one in part.days})
    later = part.provisional_from
    return {
        "site": site,
        "requested_from": window.first.isoformat(),
        "requested_to": window.last.isoformat(),
        "rows": part.rows,
        "new_days": sum(one.day not in known for one in changed),
        "changed_days": sum(one.day in known for one in changed),
        "days": len(days),
        "first_day": days[0].isoformat() if days else None,
        "last_day": days[-1].isoformat() if days else None,
        "provisional_from": later.isoformat() if later else None,
        "message": None if part.rows else NO_DATA,
    }
