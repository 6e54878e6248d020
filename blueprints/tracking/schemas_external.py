"""What external programs log of their runs, and what they are answered."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from app.http.schemas import StrictSchema, whole
from app.models.run import MODES, STATUSES, TASKS, VISIBILITIES
from blueprints.tracking.fields import number, params_field, past_moment, tags_field
from services.runs.external.create import BEAT_SECONDS, LoggedRunRequest
from services.runs.external.logs import MAX_LINE_LENGTH, MAX_LINES, ReportedLine, ReportedLines
from services.tracking.logs import LEVELS

A_DAY = 86_400.0


class LoggedRunBody(StrictSchema):
    """A run to log to. ``heartbeat_seconds``: how often a sign of life comes, null: never."""

    name = fields.String(required=True, validate=validate.Length(1, 200))
    training_mode = fields.String(load_default="centralized", validate=validate.OneOf(MODES))
    task = fields.String(load_default="other", validate=validate.OneOf(TASKS))
    params = params_field(load_default=dict)
    tags = tags_field(load_default=dict)
    run_description = fields.String(load_default=None, validate=validate.Length(0, 1024))
    visibility = fields.String(load_default="private", validate=validate.OneOf(VISIBILITIES))
    start_time = past_moment(load_default=None, allow_none=True)
    heartbeat_seconds = number(1.0, A_DAY, load_default=BEAT_SECONDS, allow_none=True)

    @post_load
    def request(self, values: dict[str, Any], **_: Any) -> LoggedRunRequest:
        """Return the use case's own words."""
        return LoggedRunRequest(**values)


class LoggedRunView(Schema):
    """The run, and where people look at it."""

    id = whole(low=1, required=True)
    name = fields.String(required=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    url = fields.String(required=True)


class HeardView(Schema):
    """What an external program gets to know."""

    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    stop_requested = fields.Boolean(required=True)


class LineBody(StrictSchema):
    """One line of a log; without a time it is from now."""

    at = past_moment(load_default=None, allow_none=True)
    level = fields.String(load_default="info", validate=validate.OneOf(LEVELS))
    message = fields.String(required=True, validate=validate.Length(0, MAX_LINE_LENGTH))

    @post_load
    def line(self, values: dict[str, Any], **_: Any) -> ReportedLine:
        """Return the line."""
        return ReportedLine(**values)


def batch_id_field(**kwargs: Any) -> fields.String:
    """Return a field of the name of a batch, which is taken once."""
    return fields.String(validate=validate.Length(1, 200), **kwargs)


class LinesBody(StrictSchema):
    """Lines of a log in their order."""

    lines = fields.List(
        fields.Nested(LineBody), required=True, validate=validate.Length(0, MAX_LINES)
    )
    batch_id = batch_id_field(load_default=None, allow_none=True)

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> ReportedLines:
        """Return the use case's own words."""
        return ReportedLines(**values)


class KeptLinesView(Schema):
    """How many lines were added, and the newest of the whole log."""

    lines = whole(required=True)
    last_id = whole(required=True)
    duplicate = fields.Boolean(required=True)


class FileFields(StrictSchema):
    """What a file is called and what it is."""

    name = fields.String(load_default=None, validate=validate.Length(1, 200))
    kind = fields.String(
        load_default="file",
        validate=validate.Regexp(
            r"[a-z0-9_-]{1,50}\Z", error="A kind is of up to 50 of a-z, 0-9, _ and -."
        ),
    )
    step = whole(None, allow_none=True)


class FileForm(FileFields):
    """A file to keep; one of the same name is replaced."""

    file = fields.Raw(required=True, metadata={"type": "string", "format": "binary"})
