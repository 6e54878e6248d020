"""Logs and files of a run on the wire."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from app.http.schemas import StrictSchema, moment, whole
from services.tracking.logs import LEVELS, LogQuery


class LogQuerySchema(StrictSchema):
    """Lines after an id, or the newest before an id; of at least a level."""

    after = whole()
    before = whole()
    limit = whole(200, low=1, high=2000)
    level = fields.String(load_default="debug", validate=validate.OneOf(LEVELS))

    @post_load
    def to_query(self, values: dict[str, Any], **_: Any) -> LogQuery:
        """Return the use case's own words."""
        return LogQuery(**values)


class LogLineView(Schema):
    """One line of a run's log."""

    id = whole(low=1, required=True)
    at = moment(required=True)
    level = fields.String(required=True, validate=validate.OneOf(LEVELS))
    message = fields.String(required=True)


class LogPageView(Schema):
    """Lines in the order they were written; last_id is the newest of the whole log."""

    items = fields.List(fields.Nested(LogLineView), required=True)
    last_id = whole(required=True)


class ArtifactView(Schema):
    """A file that a run keeps."""

    id = whole(low=1, required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True)
    step = whole(required=True, allow_none=True)
    size_bytes = whole(required=True)
    sha256 = fields.String(required=True)
    created_at = moment(required=True)


class ArtifactListView(Schema):
    """All files of a run."""

    items = fields.List(fields.Nested(ArtifactView), required=True)
