"""Appending: the rows of a new file come under those of a series, and overlaps are decided."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from app.auth.actor import Actor
from app.auth.audit import record
from app.clock import now
from app.db.engine import Database
from app.errors import Conflict
from app.models.forecasting import ForecastSession, SeriesPart, SessionFile
from app.storage import ObjectStore
from app.storage.files import put_file, sha256_of
from services.forecasting.domain.numbers import shown
from services.forecasting.errors import FieldRefused
from services.forecasting.files.create import CLAIMED_BY, PREFIX, FileReading, Reader
from services.forecasting.files.fields import checked_label, not_ready
from services.forecasting.files.parts import (
    Join,
    described,
    joined,
    parts_of,
)
from services.forecasting.files.quota import require_storage
from services.forecasting.files.reading import reading_of
from services.forecasting.files.reread import stored_values
from services.forecasting.files.same_series import require_same_series
from services.forecasting.files.series import ReadAgain, place_series
from services.forecasting.resolve import editable_file
from services.forecasting.topics import subject_of
from services.tabular.join import join_values
from services.tabular.merge import RULES
from services.uploads.claim import claim_upload

NOTHING = {"new": 0, "overlapping": 0, "differing": 0, "filled": 0, "examples": []}


class SeriesChanged(Conflict):
    """The series was read again or appended to in this moment."""

    code = "SERIES_CHANGED"


@dataclass(frozen=True, kw_only=True)
class NewRows:
    """A file with further rows. ``rule`` decides on other values: "old", "new" or None to ask.

    With ``only_news`` a file of which nothing would be new is not kept.
    """

    path: Path
    file_name: object
    rule: object = None
    upload_id: str | None = None
    only_news: bool = False


@dataclass(frozen=True, kw_only=True)
class Appended:
    """What became of a file: ``applied`` is False where a person must choose a rule first.

    ``overlap`` counts rows that are new, overlapping, differing and filled, with examples (series,
    time, old, new). ``known`` says that this file was here already; nothing changed then.
    """

    row: SessionFile
    applied: bool
    known: bool
    overlap: Mapping[str, Any]


def append_rows(
    database: Database,
    store: ObjectStore,
    actor: Actor,
    file_id: str,
    rows: NewRows,
    read: Reader,
    join: Join = join_values,
    *,
    quota_bytes: int = 0,
) -> Appended:
    """Merge the rows of a file into all series of the upload that ``file_id`` belongs to.

    It is read as that one was. Rows of times that both have count once; where the values differ
    and no rule was given, nothing is kept and the counts are returned. Both files stay. Raises
    FieldRefused for a file with other series or an open question, UnreadableTable, SeriesNotFound,
    Forbidden, StorageLimitReached, UploadClaimed, and SeriesChanged where another was quicker.
    """
    name, rule = checked_label("fileName", rows.file_name), _rule(rows.rule)
    digest = sha256_of(rows.path)
    with database.read() as session:
        row = editable_file(session, actor, file_id)
        known = digest in [row.sha256, *(part.sha256 for part in parts_of(session, row))]
    if row.status != "ready" or row.values_key is None:
        raise FieldRefused("fileId", not_ready(row.label, row.status))
    if known:
        return Appended(row=row, applied=True, known=True, overlap=NOTHING)
    part = _part(row, rows.path, name, digest, rule)
    overlap, again = _merged(store, row, rows, part, read, join, asks=rule is None)
    if again is None:
        return Appended(row=row, applied=False, known=False, overlap=overlap)
    if rows.only_news and not any(overlap[one] for one in ("new", "differing", "filled")):
        return Appended(row=row, applied=True, known=True, overlap=overlap)
    part.object_key = put_file(store, f"{PREFIX}{uuid.uuid4()}/raw.csv", rows.path)
    fresh = _kept(database, actor, row, rows, part, again, quota_bytes)
    return Appended(row=fresh, applied=True, known=False, overlap=overlap)


def _part(row: SessionFile, path: Path, name: str, digest: str, rule: str | None) -> SeriesPart:
    """Return the part that a file becomes; it has no object yet."""
    return SeriesPart(
        session_id=row.session_id,
        base_key=row.object_key,
        file_name=name,
        size_bytes=path.stat().st_size,
        sha256=digest,
        rule=rule or "old",
        created_at=now(),
    )


def _merged(
    store: ObjectStore,
    row: SessionFile,
    rows: NewRows,
    part: SeriesPart,
    read: Reader,
    join: Join,
    *,
    asks: bool,
) -> tuple[dict[str, Any], ReadAgain | None]:
    """Return what both files have in common, and their union; None where a person must choose."""
    options = row.import_options or {}
    with TemporaryDirectory(dir=rows.path.parent) as folder:
        values, own, both = (Path(folder) / one for one in ("values", "own", "both"))
        added = read(rows.path, options, own)
        require_same_series(row.reading or {}, part.file_name, added, options)
        with store.open(str(row.values_key)) as source:
            values.write_bytes(source.read())
        merged = join(values, own, both, part.rule)
        overlap = _named(merged["overlap"], added)
        if asks and overlap["differing"]:
            return overlap, None
        entry = described(part.file_name, part.sha256, int(added.report["rows"]), merged)
        whole = joined(reading_of(row.reading or {}), added, merged, entry, options)
        key = stored_values(store, both)
        return overlap, ReadAgain(reading=whole, options=options, values_key=key)


def _kept(
    database: Database,
    actor: Actor,
    row: SessionFile,
    rows: NewRows,
    part: SeriesPart,
    again: ReadAgain,
    quota_bytes: int,
) -> SessionFile:
    with database.write() as unit:
        fresh = editable_file(unit.session, actor, str(row.uuid))
        if fresh.values_key != row.values_key:
            raise SeriesChanged(f"{row.label} was changed in this moment: send the rows again.")
        owner = unit.session.get_one(ForecastSession, fresh.session_id)
        require_storage(unit.session, owner.owner_id, part.size_bytes, quota_bytes)
        unit.session.add(part)
        place_series(unit.session, fresh, again)
        if rows.upload_id is not None:
            claim_upload(unit, actor, rows.upload_id, f"{CLAIMED_BY}{fresh.uuid}")
        owner.updated_at = now()
        detail = {"file": part.file_name}
        record(unit, actor, "session_changed", subject_of(fresh.session_id), detail)
    return fresh


def require_file(database: Database, actor: Actor, file_id: str) -> None:
    """Raise SeriesNotFound or Forbidden, before the bytes of a file are received for it."""
    with database.read() as session:
        editable_file(session, actor, file_id)


def _rule(value: object) -> str | None:
    if value in (None, ""):
        return None
    if value not in RULES:
        raise FieldRefused("overlap", f"overlap is {shown(value)}, but it must be old or new.")
    return str(value)


def _named(overlap: Mapping[str, Any], added: FileReading) -> dict[str, Any]:
    """Return the counts with examples that name their series."""
    examples = [
        {"series": added.names[one["place"]], **{k: one[k] for k in ("time", "old", "new")}}
        for one in overlap["examples"]
    ]
    return {**overlap, "examples": examples}
