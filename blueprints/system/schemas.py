"""What health and system answer."""

from marshmallow import Schema, fields, validate

from app.health import STATUSES
from app.http.schemas import StrictSchema, moment, whole
from app.log_files import LEVELS


class Live(Schema):
    """The process answers."""

    status = fields.String(required=True, validate=validate.Equal("ok"))


class CheckView(Schema):
    """One part of the platform."""

    name = fields.String(required=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    detail = fields.String(required=True)


class Ready(Schema):
    """Whether every part does its work."""

    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    checks = fields.List(fields.Nested(CheckView), required=True)


class ProcessView(Schema):
    """One process of this host."""

    name = fields.String(required=True)
    pid = whole(low=1, required=True)
    memory_mb = fields.Float(required=True, allow_none=True)
    since = moment(required=True, allow_none=True)


class QueueView(Schema):
    """One queue: what waits, what is being done, who listens."""

    name = fields.String(required=True)
    queued = whole(required=True)
    running = whole(required=True)
    workers = whole(required=True)


class LogsQuery(StrictSchema):
    """Which log, how many of its newest lines, and of which level at least."""

    part = fields.String(load_default=None, validate=validate.Length(1, 100))
    lines = whole(200, low=1, high=2000)
    level = fields.String(load_default="debug", validate=validate.OneOf(LEVELS))


class LogFileView(Schema):
    """The log file of one process of this host."""

    name = fields.String(required=True)
    size_bytes = whole(required=True)
    modified_at = moment(required=True)


class HostLogLineView(Schema):
    """One line of a log."""

    at = fields.String(required=True, allow_none=True)
    level = fields.String(required=True, validate=validate.OneOf(LEVELS))
    logger = fields.String(required=True, allow_none=True)
    message = fields.String(required=True)
    fields_ = fields.Dict(required=True, data_key="fields", attribute="fields")


class LogsView(Schema):
    """The files that there are, and lines of one of them, the oldest first.

    ``part`` is null, and there are no lines, when none was named or there is none yet.
    """

    files = fields.List(fields.Nested(LogFileView), required=True)
    part = fields.String(required=True, allow_none=True)
    lines = fields.List(fields.Nested(HostLogLineView), required=True)


class SystemView(Schema):
    """The state of the platform."""

    version = fields.String(required=True)
    processes = fields.List(fields.Nested(ProcessView), required=True)
    queues = fields.List(fields.Nested(QueueView), required=True)
    health = fields.List(fields.Nested(CheckView), required=True)
