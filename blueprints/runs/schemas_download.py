"""What the downloads of runs take."""

from typing import Any

from marshmallow import fields, post_load, validate

from app.http.schemas import StrictSchema
from services.runs.results.export.base import COLUMNS, VARIANTS, ExportOptions


class DownloadQuery(StrictSchema):
    """How a table leaves: a raw variant keeps names that a spreadsheet would compute."""

    variant = fields.String(load_default="safe", validate=validate.OneOf(VARIANTS))
    columns = fields.String(load_default="history", validate=validate.OneOf(COLUMNS))

    @post_load
    def options(self, values: dict[str, Any], **_: Any) -> ExportOptions:
        """Return the exporter's own words."""
        return ExportOptions(**values)
