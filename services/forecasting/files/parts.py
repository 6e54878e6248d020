"""Files whose rows were appended to the series of an upload, and reading all of them as one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.models.forecasting import SeriesPart, SessionFile
from services.forecasting.files.create import FileReading
from services.forecasting.files.reading import reading_of
from services.forecasting.files.same_series import notes_on_joining

Join = Callable[[Path, Path, Path, str], Mapping[str, Any]]
"""Merges two files of values into a third by a rule; see ``services.tabular.join``."""
OWN = ("column", "name", "unit")


def parts_of(session: Session, row: SessionFile) -> Sequence[SeriesPart]:
    """Return the files that were appended to the upload of a series, in their order."""
    mine = (SeriesPart.session_id == row.session_id, SeriesPart.base_key == row.object_key)
    return session.scalars(select(SeriesPart).where(*mine).order_by(SeriesPart.id)).all()


def drop_parts(session: Session, row: SessionFile) -> None:
    """Forget what was appended to an upload of which no series is left."""
    shared = (SessionFile.session_id == row.session_id, SessionFile.object_key == row.object_key)
    if row.object_key is None or session.scalars(select(SessionFile.id).where(*shared)).first():
        return
    mine = (SeriesPart.session_id == row.session_id, SeriesPart.base_key == row.object_key)
    session.execute(delete(SeriesPart).where(*mine))


def described(name: str, sha256: str, rows: int, merged: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a reading says of a file that was appended."""
    overlap = merged["overlap"]
    counts = {one: overlap[one] for one in ("new", "overlapping", "differing", "filled")}
    return {"file_name": name, "sha256": sha256, "rows": rows, **counts}


def joined(
    before: FileReading,
    added: FileReading,
    merged: Mapping[str, Any],
    part: Mapping[str, Any],
    options: Mapping[str, Any],
) -> FileReading:
    """Return the reading of both together: what each says of itself, and counts of the union."""
    report, more = before.report, added.report
    known = [(one["kind"], one["column"], one["message"]) for one in report["findings"]]
    named = [
        {**one, "details": {**one["details"], "file": part["file_name"]}}
        for one in [*more["findings"], *notes_on_joining(report, more, merged, options)]
        if (one["kind"], one["column"], one["message"]) not in known
    ]
    both = [
        {**{name: one[name] for name in OWN}, **{n: v for n, v in new.items() if n not in OWN}}
        for one, new in zip(report["series"], merged["series"], strict=True)
    ]
    spans = {name: merged[name] for name in ("utc_min", "utc_max", "step", "gaps", "gap_count")}
    whole = {
        **report,
        **spans,
        "rows": merged["rows"],
        "series": both,
        "findings": [*report["findings"], *named],
        "parts": [*report.get("parts", []), dict(part)],
    }
    reading = reading_of(whole)
    return replace(reading, status=before.status, names=before.names)
