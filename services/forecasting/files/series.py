"""Which rows of a session the series of one file have, after it was read again or chosen from."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import now
from app.models.forecasting import ForecastSession, SessionFile
from services.forecasting.files.create import FileReading
from services.forecasting.files.place import free_label, next_position
from services.forecasting.files.reading import OVERVIEW

HORIZON = ("zeithorizont_start", "zeithorizont_end")
KEPT = (
    "datenform", "datenanpassung", "mittelwertbildung_uber_den_zeithorizont", "skalierung",
    "skalierung_max", "skalierung_min", *HORIZON,
)  # fmt: skip
SeriesKey = tuple[str, str | int]
"""A direction, and what a series is called in its file (``key_of``)."""


@dataclass(frozen=True, kw_only=True)
class ReadAgain:
    """What a file was read as: its report with statistics per series, and where values are."""

    reading: FileReading
    options: Mapping[str, Any]
    values_key: str | None


def key_of(report: Mapping[str, Any], series: Mapping[str, Any]) -> str | int:
    """Return what names a series in its file: its column, or its name in a long or matrix file."""
    columns = [one["column"] for one in report["series"]]
    return series["column"] if len(set(columns)) == len(columns) else str(series["name"])


def keys_of(report: Mapping[str, Any] | None) -> list[str | int]:
    """Return the names of a file's series in order; none while a question is open."""
    series = (report or {}).get("series") or []
    return [key_of(report or {}, one) for one in series]


def rows_of_file(session: Session, row: SessionFile) -> Sequence[SessionFile]:
    """Return the rows that share the raw bytes of ``row`` in its session, locked."""
    shared = (SessionFile.session_id == row.session_id, SessionFile.object_key == row.object_key)
    order = (SessionFile.series_index, SessionFile.id)
    return session.scalars(
        select(SessionFile).where(*shared).order_by(*order).with_for_update()
    ).all()


def place_series(
    session: Session, row: SessionFile, file: ReadAgain, chosen: Sequence[SeriesKey] | None = None
) -> None:
    """Bring the rows of a file in line with what was read, and with what was chosen of it.

    Without a choice the rows that are there stay; a series that the file did not have before gets
    one in the direction of ``row``. What a person has set of a series stays with it. While a
    question is open no row goes.
    """
    rows = rows_of_file(session, row)
    keys = keys_of(file.reading.report)
    if not keys:
        for one in rows:
            _update(one, file, None)
        return
    same = (row.import_options or {}).get("columns") == file.options.get("columns")
    known = _known(rows, keys, by_place=same)
    requested = chosen if chosen is not None else _requested(row, known, keys)
    for direction, key in requested:
        place = keys.index(key)
        if (direction, key) in known:
            one = known.pop((direction, key))
        else:
            twin = _twin(rows, key)
            label = twin.label if twin else file.reading.names[place]
            one = _another(session, row, direction, label)
            one.fields = {**one.fields, **_picture(twin)}
        one.series_index = place
        _update(one, file, place)
    for gone in known.values():
        session.delete(gone)
    session.flush()


def _known(
    rows: Sequence[SessionFile], keys: list[str | int], *, by_place: bool
) -> dict[SeriesKey, SessionFile]:
    """Return the rows by what their series are called now, by their place where no name holds."""
    before = [_key_before(one) for one in rows]
    if by_place and not any(key in keys for key in before):
        before = [
            keys[one.series_index] if one.series_index < len(keys) else key
            for one, key in zip(rows, before, strict=True)
        ]
    return {
        (one.direction, "" if key is None else key): one
        for one, key in zip(rows, before, strict=True)
    }


def _key_before(row: SessionFile) -> str | int | None:
    keys = keys_of(row.reading)
    return keys[row.series_index] if row.series_index < len(keys) else None


def _requested(
    row: SessionFile, known: Mapping[SeriesKey, SessionFile], keys: list[str | int]
) -> list[SeriesKey]:
    before = set(keys_of(row.reading)) & set(keys)
    has_row = {key for _, key in known}
    new = [(row.direction, key) for key in keys if key not in before and key not in has_row]
    return [one for one in known if one[1] in keys] + new


def _twin(rows: Sequence[SessionFile], key: str | int) -> SessionFile | None:
    """Return a row of the same series, in the other direction."""
    return next((one for one in rows if _key_before(one) == key), None)


def _update(one: SessionFile, file: ReadAgain, place: int | None) -> None:
    reading = file.reading
    one.fields = {**one.fields, **(reading.statistics[place] if place is not None else {})}
    one.status = reading.status
    one.import_options = dict(file.options)
    one.reading = dict(reading.report)
    one.values_key = file.values_key
    one.updated_at = now()


def _picture(twin: SessionFile | None) -> dict[str, Any]:
    return {OVERVIEW: twin.fields[OVERVIEW]} if twin and OVERVIEW in twin.fields else {}


def _another(session: Session, row: SessionFile, direction: str, label: str) -> SessionFile:
    owner = session.get_one(ForecastSession, row.session_id)
    apart = () if direction == row.direction else HORIZON
    another = SessionFile(
        uuid=str(uuid.uuid4()),
        session_id=row.session_id,
        direction=direction,
        file_name=row.file_name,
        label=free_label(session, owner, direction, label),
        position=next_position(session, owner, direction),
        fields={
            name: row.fields[name] for name in KEPT if name in row.fields and name not in apart
        },
        object_key=row.object_key,
        size_bytes=row.size_bytes,
        sha256=row.sha256,
        status=row.status,
        created_at=now(),
        updated_at=now(),
    )
    session.add(another)
    session.flush()
    return another
