"""What health and system answer."""

from marshmallow import Schema, fields, validate

from app.health import STATUSES
from app.http.schemas import moment, whole


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


class SystemView(Schema):
    """The state of the platform."""

    version = fields.String(required=True)
    processes = fields.List(fields.Nested(ProcessView), required=True)
    queues = fields.List(fields.Nested(QueueView), required=True)
    health = fields.List(fields.Nested(CheckView), required=True)
