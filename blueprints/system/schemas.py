"""What health and system answer."""

from marshmallow import Schema, fields, validate

from app.health import STATUSES
from app.http.schemas import StrictSchema, moment, whole
from app.log_files import LEVELS


class Live(Schema):
    """The process answers."""

    status = fields.String(required=True, validate=validate.Equal("ok"))


class CheckView(Schema):
    """One part of the platform: how it is, what it is held against, and what to do.

    ``changed_at`` is when its status changed last, null where that was within the last minute.
    """

    name = fields.String(required=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    detail = fields.String(required=True)
    code = fields.String(required=True)
    params = fields.Dict(keys=fields.String(), required=True)
    threshold = fields.String(required=True)
    limits = fields.Dict(keys=fields.String(), values=fields.Float(), required=True)
    advice = fields.String(required=True)
    changed_at = moment(required=True, allow_none=True)


class Ready(Schema):
    """Whether every part does its work."""

    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    checks = fields.List(fields.Nested(CheckView), required=True)


class EndingView(Schema):
    """How a process ended by itself: by a signal, or with an exit status."""

    at = moment(required=True)
    status = fields.Integer(required=True, allow_none=True)
    signal = fields.String(required=True, allow_none=True)
    lived_seconds = fields.Float(required=True)


class ProcessView(Schema):
    """One process of this host; ``last_ending`` is of the process before it, if that ended."""

    name = fields.String(required=True)
    pid = whole(low=1, required=True)
    memory_mb = fields.Float(required=True, allow_none=True)
    since = moment(required=True, allow_none=True)
    restarts = whole(required=True)
    last_ending = fields.Nested(EndingView, required=True, allow_none=True)


class QueueView(Schema):
    """One queue: what waits and for how long, what is being done, who listens."""

    name = fields.String(required=True)
    queued = whole(required=True)
    running = whole(required=True)
    workers = whole(required=True)
    oldest_seconds = fields.Float(required=True, allow_none=True)


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


class VersionsView(Schema):
    """What the installation is made of; ``schema`` is the revision of the database."""

    roundhouse = fields.String(required=True)
    python = fields.String(required=True)
    system = fields.String(required=True)
    database = fields.String(required=True)
    redis = fields.String(required=True, allow_none=True)
    schema = fields.String(required=True, allow_none=True)
    newest_schema = fields.String(required=True)
    libraries = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class DisksQuery(StrictSchema):
    """How many days of history to show."""

    days = whole(7, low=1, high=14)


class UsedSpaceView(Schema):
    """How much was used at a time."""

    at = moment(required=True)
    used_bytes = whole(required=True)


class DiskView(Schema):
    """One file system of a host, by what lies on it (as ``home+database``), with its history.

    ``error`` says why nothing can be written to it, null if something can.
    """

    host = fields.String(required=True)
    contents = fields.String(required=True)
    free_bytes = whole(required=True)
    used_bytes = whole(required=True)
    total_bytes = whole(required=True)
    measured_at = moment(required=True)
    error = fields.String(required=True, allow_none=True)
    history = fields.List(fields.Nested(UsedSpaceView), required=True)


class DisksView(Schema):
    """The file systems of all hosts that measure theirs, this one's first."""

    items = fields.List(fields.Nested(DiskView), required=True)


class CurrentJobView(Schema):
    """A job in a worker's hands.

    ``person``, ``subject`` and ``name`` are null where it is about something private of somebody
    else.
    """

    job_id = whole(required=True)
    kind = fields.String(required=True)
    queue = fields.String(required=True)
    state = fields.String(required=True)
    since = moment(required=True, allow_none=True)
    worker = fields.String(required=True, allow_none=True)
    attempt = whole(required=True)
    progress = fields.Float(required=True)
    person = fields.String(required=True, allow_none=True)
    subject = fields.String(required=True, allow_none=True)
    name = fields.String(required=True, allow_none=True)


class CurrentWorkView(Schema):
    """The jobs that workers do now, the longest first."""

    items = fields.List(fields.Nested(CurrentJobView), required=True)
