"""What the list of all jobs answers."""

from marshmallow import Schema, fields, validate

from app.http.schemas import moment, whole
from app.jobs.states import ALL_STATES
from blueprints.scheduler.schemas_bulk import BulkAnswerView
from services.jobs.types import JOB_SOURCES
from services.scheduler.codes.codes import ErrorCode

CODES = tuple(code.value for code in ErrorCode)


class JobOwnerView(Schema):
    """Whose job it is."""

    id = whole(low=1, required=True)
    name = fields.String(required=True)


class JobOriginView(Schema):
    """The execution of a schedule that a job is attempt ``number`` of."""

    execution_id = whole(low=1, required=True)
    schedule_id = whole(low=1, required=True)
    schedule_name = fields.String(required=True)
    source = fields.String(required=True, validate=validate.OneOf(JOB_SOURCES))
    number = whole(required=True)


class JobWaitView(Schema):
    """Why a job waits: a code with what its sentence is made of, and the sentence in English."""

    code = fields.String(required=True)
    detail = fields.String(required=True)
    params = fields.Dict(keys=fields.String(), required=True)


class JobRowView(Schema):
    """A job; ``subject`` is what it is about, ``name`` and ``href`` how that is called and shown.

    ``progress`` is from 0 to 1. ``worker`` is who has it, or had it last.
    """

    id = whole(low=1, required=True, attribute="job.id")
    state = fields.String(required=True, attribute="job.state", validate=validate.OneOf(ALL_STATES))
    kind = fields.String(required=True, attribute="job.kind")
    queue = fields.String(required=True, attribute="job.queue")
    subject = fields.String(required=True, attribute="job.subject")
    name = fields.String(required=True, allow_none=True)
    href = fields.String(required=True, allow_none=True)
    owner = fields.Nested(JobOwnerView, required=True, allow_none=True)
    origin = fields.Nested(JobOriginView, required=True, allow_none=True)
    attempt = whole(required=True, attribute="job.attempt")
    deaths = whole(required=True, attribute="job.deaths")
    progress = fields.Float(required=True, attribute="job.progress")
    message = fields.String(required=True, allow_none=True, attribute="job.message")
    worker = fields.String(required=True, allow_none=True)
    error_code = fields.String(required=True, allow_none=True, validate=validate.OneOf(CODES))
    error = fields.String(required=True, allow_none=True)
    wait = fields.Nested(JobWaitView, required=True, allow_none=True)
    created_at = moment(required=True, attribute="job.created_at")
    started_at = moment(required=True, allow_none=True, attribute="job.started_at")
    finished_at = moment(required=True, allow_none=True, attribute="job.finished_at")
    can_cancel = fields.Boolean(required=True)
    can_retry = fields.Boolean(required=True)


class JobCountsView(Schema):
    """How many jobs are in each state."""

    queued = whole(required=True)
    starting = whole(required=True)
    running = whole(required=True)
    stopping = whole(required=True)
    succeeded = whole(required=True)
    failed = whole(required=True)
    cancelled = whole(required=True)
    lost = whole(required=True)


class WaitingExecutionView(Schema):
    """An execution that waits without a job; ``waits_for`` says for what."""

    execution_id = whole(low=1, required=True, attribute="row.id")
    schedule_id = whole(low=1, required=True, attribute="row.schedule_id")
    schedule_name = fields.String(required=True)
    kind = fields.String(required=True, attribute="row.kind")
    source = fields.String(required=True, attribute="row.source")
    owner = fields.Nested(JobOwnerView, required=True)
    created_at = moment(required=True, attribute="row.created_at")
    waits_for = fields.String(required=True, attribute="row.waits_for")


class JobPageView(Schema):
    """A page of jobs, the newest first; ``next`` is the ``after`` of the following page.

    ``counts`` are by state without the filter of states. One that is ``count_limit`` stands for
    that many or more. ``waiting`` are executions that have no job yet, the newest 50 of them, on
    the first page alone.
    """

    items = fields.List(fields.Nested(JobRowView), required=True)
    waiting = fields.List(fields.Nested(WaitingExecutionView), required=True)
    next = whole(required=True, allow_none=True)
    counts = fields.Nested(JobCountsView, required=True)
    count_limit = whole(required=True)


class JobAttemptView(Schema):
    """One job of several for the same thing, or an attempt of an execution."""

    number = whole(required=True)
    job_id = whole(low=1, required=True, allow_none=True)
    state = fields.String(required=True)
    error_code = fields.String(required=True, allow_none=True)
    error = fields.String(required=True, allow_none=True)
    worker = fields.String(required=True, allow_none=True)
    created_at = moment(required=True)
    started_at = moment(required=True, allow_none=True)
    finished_at = moment(required=True, allow_none=True)


class JobMomentView(Schema):
    """Something that happened to a job."""

    what = fields.String(
        required=True,
        validate=validate.OneOf(
            ("queued", "started", "stop_requested", "finished", "acknowledged")
        ),
    )
    at = moment(required=True)


class JobLineView(Schema):
    """A line of its log."""

    at = moment(required=True)
    level = fields.String(required=True)
    message = fields.String(required=True)


class JobDetailView(Schema):
    """A job with its attempts and what happened to it, the first first.

    ``params`` are what its work was given, without credentials; ``log`` are its last lines.
    """

    job = fields.Nested(JobRowView, required=True, attribute="row")
    attempts = fields.List(fields.Nested(JobAttemptView), required=True)
    timeline = fields.List(fields.Nested(JobMomentView), required=True)
    params = fields.Dict(keys=fields.String(), required=True, allow_none=True)
    log = fields.List(fields.Nested(JobLineView), required=True)


class JobSuggestionView(Schema):
    """A value of a filter, and how people call it."""

    value = fields.String(required=True)
    label = fields.String(required=True)


class JobSuggestionsView(Schema):
    """At most 20 values."""

    items = fields.List(fields.Nested(JobSuggestionView), required=True)


class JobBulkView(BulkAnswerView):
    """What was cancelled or retried, or in a dry run would be, and what was not, with why.

    Where ``matched`` is more than both together, the rest is for another request.
    """
