"""A file of a session as the contract writes it: flat, in snake case or in camel case."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from app.http.resources import resources
from app.models.forecasting import SessionFile
from services.forecasting.files.fields import FIELDS, camel
from services.forecasting.files.list import color_indexes
from services.forecasting.files.reading import OVERVIEW


def file_rows(files: Sequence[SessionFile]) -> list[dict[str, Any]]:
    """Return the rows of files of one session."""
    if not files:
        return []
    colors = color_indexes(resources().database, files[0].session_id)
    return [_row(file, colors.get(file.id)) for file in files]


def file_row(file: SessionFile) -> dict[str, Any]:
    """Return the fields of a file as its row in a table would have them."""
    return file_rows([file])[0]


def file_objects(files: Sequence[SessionFile]) -> list[dict[str, Any]]:
    """Return all files of a session, inputs first, with camel case names."""
    rows = (_row(file, index) for index, file in enumerate(files))
    return [{camel(name): value for name, value in row.items()} for row in rows]


def _row(file: SessionFile, color_index: int | None) -> dict[str, Any]:
    """Return a row; ``color_index`` is None where the file was deleted in this moment."""
    return {
        "id": file.uuid,
        "file_name": file.file_name,
        "bezeichnung": file.label,
        "type": file.direction,
        **{name: file.fields.get(name) for name in FIELDS},
        "storage_path": file.object_key,
        "color_index": color_index,
        "created_at": naive(file.created_at),
        "updated_at": naive(file.updated_at),
        "sha256": file.sha256,
        "size": file.size_bytes,
        "status": file.status,
        "overview": file.fields.get(OVERVIEW),
        "seriesIndex": file.series_index,
        "importOptions": file.import_options or {},
        "reading": file.reading or {},
    }


def naive(at: datetime) -> str:
    """Return a time as the contract's own fields have it: UTC without an offset."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
