"""Reading one connection and its series."""

import csv
import io
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from app.auth.actor import Actor
from app.db.engine import Database
from services.connections.clients.days import Day
from services.connections.repository import days_of, readable, with_jobs
from services.connections.types import ConnectionNow

COLUMNS = ("date", "clicks", "impressions", "ctr", "position")


@dataclass(frozen=True, kw_only=True)
class ConnectionSeries:
    """The days of the property that a connection reads, in order and without gaps."""

    site: str | None
    days: Sequence[Day]


def get_connection(database: Database, actor: Actor, connection_id: str) -> ConnectionNow:
    """Return a connection that the actor may see. Raises NotFound and Invalid."""
    with database.read() as session:
        (shown,) = with_jobs(session, [readable(session, actor, connection_id)])
        return shown


def get_series(
    database: Database, actor: Actor, connection_id: str, *, provisional: bool = False
) -> ConnectionSeries:
    """Return the stored days, without those that may still change unless ``provisional``.

    Raises NotFound and Invalid.
    """
    with database.read() as session:
        row = readable(session, actor, connection_id)
        days = days_of(session, row.id, row.site) if row.site else []
    kept = [one for one in days if provisional or not one.provisional]
    return ConnectionSeries(site=row.site, days=kept)


def csv_of(series: ConnectionSeries, measures: Collection[str] | None = None) -> bytes:
    """Return a series as the CSV that a forecasting session takes as it is.

    A row per day. A cell that is not known is empty. ``measures`` are the columns beside the date,
    by default all that have any value.
    """
    rows = [_cells(one) for one in series.days]
    known = [any(row[place] for row in rows) or place < 3 for place in range(len(COLUMNS))]
    named = [measures is None or name in measures for name in COLUMNS[1:]]
    kept = [0] + [
        place
        for place, is_named in enumerate(named, start=1)
        if is_named and (known[place] or measures is not None)
    ]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([COLUMNS[place] for place in kept])
    writer.writerows([row[place] for place in kept] for row in rows)
    return text.getvalue().encode()


def _cells(day: Day) -> tuple[str, ...]:
    ctr = "" if day.ctr is None else f"{day.ctr:.6f}"
    position = "" if day.position is None else f"{day.position:.4f}"
    return day.day.isoformat(), str(day.clicks), str(day.impressions), ctr, position
