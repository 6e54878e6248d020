"""A file of a session as the contract writes it: flat, in snake case or in camel case."""

from datetime import UTC, datetime
from typing import Any

from app.models.forecasting import SessionFile
from services.forecasting.files.fields import FIELDS, camel
from services.forecasting.files.reading import OVERVIEW


def file_row(file: SessionFile) -> dict[str, Any]:
    """Return the fields of a file as its row in a table would have them."""
    return {
        "id": file.uuid,
        "file_name": file.file_name,
        "bezeichnung": file.label,
        "type": file.direction,
        **{name: file.fields.get(name) for name in FIELDS},
        "storage_path": file.object_key,
        "color_index": file.position,
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


def file_object(file: SessionFile) -> dict[str, Any]:
    """Return the same with camel case names."""
    return {camel(name): value for name, value in file_row(file).items()}


def naive(at: datetime) -> str:
    """Return a time as the contract's own fields have it: UTC without an offset."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
