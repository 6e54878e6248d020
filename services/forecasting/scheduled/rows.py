"""The first step: the newest rows of a connection come under those of the session."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy.orm import Session

from app.errors import Invalid
from app.models.forecasting import ForecastSession, SessionFile
from services.connections.read import COLUMNS, ConnectionSeries, csv_of, get_series
from services.forecasting.files.append import NewRows, append_rows
from services.forecasting.files.list import files_of
from services.forecasting.files.reading import read_in_child
from services.forecasting.resolve import fillable_session
from services.scheduler.kinds.types import Params, WorkContext

OVERLAP = timedelta(days=31)  # a platform corrects its newest days for a while
MEASURES = frozenset(COLUMNS[1:])


def uploads_of(
    session: Session, owner: ForecastSession, connection_id: int
) -> Sequence[SessionFile]:
    """Return one series of each upload of a session that holds measures of a connection.

    Raises Invalid where there is none.
    """
    uploads = {one.object_key: one for one in files_of(session, owner) if _measures(one)}
    if uploads:
        return list(uploads.values())
    names = ", ".join(COLUMNS[1:])
    raise Invalid(
        f"No file of this session has the series of connection {connection_id} ({names}): "
        "add the CSV of the connection to the session first."
    )


def _measures(row: SessionFile) -> set[str]:
    """Return the names of an upload's series where all are measures of a connection."""
    names = {str(one.get("name")) for one in (row.reading or {}).get("series", ())}
    return names if row.status == "ready" and names <= MEASURES else set()


def append_newest(context: WorkContext, params: Params) -> int:
    """Append the days that the session lacks; return how many rows are new or differ.

    Doing it again appends nothing. Raises what reading and merging them raises.
    """
    number = params.get("connection_id")
    if number is None:
        return 0
    series = get_series(context.database, context.actor, str(number))
    with context.database.read() as session:
        owner = fillable_session(session, context.actor, params["session_id"])
        uploads = uploads_of(session, owner, number)
    return sum(_append(context, params, row, series) for row in uploads)


def _append(
    context: WorkContext, params: Params, row: SessionFile, series: ConnectionSeries
) -> int:
    if not series.days:
        return 0
    parts, folder = context.settings, context.settings.home / "tmp"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder, prefix="rows-") as name:
        path = Path(name) / "rows.csv"
        path.write_bytes(newest_csv(series, _measures(row), _last_day(row)))
        file_name = f"connection-{params['connection_id']}-{series.days[-1].day}.csv"
        appended = append_rows(
            context.database,
            context.store,
            context.actor,
            row.uuid,
            NewRows(path=path, file_name=file_name, rule=params["overlap"], only_news=True),
            read_in_child,
            quota_bytes=parts.session_quota_bytes,
        )
    counts: dict[str, Any] = dict(appended.overlap)
    return int(counts["new"]) + int(counts["differing"])


def newest_csv(series: ConnectionSeries, measures: set[str], last: date | None) -> bytes:
    """Return the days since a month before ``last``; all of them where a measure would be empty."""
    newest = series if last is None else replace(series, days=_since(series, last - OVERLAP))
    known = csv_of(newest).partition(b"\n")[0].decode().split(",")
    return csv_of(newest if measures <= set(known) else series, measures)


def _since(series: ConnectionSeries, first: date) -> list[Any]:
    return [one for one in series.days if one.day >= first]


def _last_day(row: SessionFile) -> date | None:
    text = row.fields.get("utc_max")
    return None if text is None else date.fromisoformat(str(text)[:10])
