"""What the routes of executions take and answer."""

from typing import Any

from marshmallow import Schema, fields, validate

from app.http.schemas import MAX_LIMIT, StrictSchema, moment, whole
from app.jobs.states import ALL_STATES
from app.models.schedule import EXECUTION_STATES, SOURCES, ScheduleExecution
from blueprints.scheduler.schemas_fields import WordList
from blueprints.scheduler.schemas_schedules import CODES


class ExecutionListQuery(StrictSchema):
    """Which executions; lists are with commas between. ``since`` and ``until`` are of creation.

    ``after`` is the ``next`` of the page before.
    """

    limit = whole(100, low=1, high=MAX_LIMIT)
    after = whole(low=1)
    schedule_id = whole(low=1)
    kind = WordList()
    state = WordList(EXECUTION_STATES)
    source = WordList(SOURCES)
    error_code = WordList(tuple(CODES))
    since = moment()
    until = moment()


class ExecutionSummary(Schema):
    """One due time of a schedule, or one start by hand (``scheduled_for`` is null).

    ``begin_at`` is when the next attempt begins, ``waits_for`` why it has not. ``skip_reason`` is
    why it did not run; ``missed`` is how many due times the row stands for then. ``subject`` is
    what it became, such as ``run:7``.
    """

    id = whole(low=1, required=True, attribute="row.id")
    schedule_id = whole(low=1, required=True, attribute="row.schedule_id")
    schedule_name = fields.String(required=True)
    owner_id = whole(low=1, required=True, attribute="row.owner_id")
    kind = fields.String(required=True, attribute="row.kind")
    source = fields.String(required=True, attribute="row.source", validate=validate.OneOf(SOURCES))
    version = whole(low=1, required=True, attribute="row.version")
    scheduled_for = moment(required=True, allow_none=True, attribute="row.scheduled_for")
    state = fields.String(
        required=True, attribute="row.state", validate=validate.OneOf(EXECUTION_STATES)
    )
    attempt = whole(required=True, attribute="row.attempt")
    is_probe = fields.Boolean(required=True, attribute="row.is_probe")
    begin_at = moment(required=True, allow_none=True, attribute="row.begin_at")
    waits_for = fields.String(required=True, allow_none=True, attribute="row.waits_for")
    skip_reason = fields.String(required=True, allow_none=True, attribute="row.skip_reason")
    missed = whole(required=True, attribute="row.missed")
    error_code = fields.String(
        required=True, allow_none=True, attribute="row.error_code", validate=validate.OneOf(CODES)
    )
    error = fields.String(required=True, allow_none=True, attribute="row.error")
    advice = fields.String(required=True, allow_none=True)
    result = fields.Dict(
        keys=fields.String(), required=True, allow_none=True, attribute="row.result"
    )
    subject = fields.String(required=True, allow_none=True, attribute="row.subject")
    retry_of = whole(required=True, allow_none=True, attribute="row.retry_of")
    created_at = moment(required=True, attribute="row.created_at")
    started_at = moment(required=True, allow_none=True, attribute="row.started_at")
    finished_at = moment(required=True, allow_none=True, attribute="row.finished_at")
    can_edit = fields.Boolean(required=True)


class ExecutionPage(Schema):
    """One page of executions; ``next`` is the ``after`` of the following one, null at the end."""

    items = fields.List(fields.Nested(ExecutionSummary), required=True)
    next = whole(required=True, allow_none=True)


class AttemptDetail(Schema):
    """One attempt: one job, whose progress is 0 to 1; it has none where it could not begin."""

    number = whole(low=1, required=True, attribute="row.number")
    state = fields.String(required=True, attribute="row.state", validate=validate.OneOf(ALL_STATES))
    job_id = whole(required=True, allow_none=True, attribute="row.job_id")
    worker = fields.String(
        required=True, allow_none=True, attribute="job.holder", dump_default=None
    )
    progress = fields.Float(
        required=True, allow_none=True, attribute="job.progress", dump_default=None
    )
    message = fields.String(
        required=True, allow_none=True, attribute="job.message", dump_default=None
    )
    error_code = fields.String(
        required=True, allow_none=True, attribute="row.error_code", validate=validate.OneOf(CODES)
    )
    error = fields.String(required=True, allow_none=True, attribute="row.error")
    retry_after = fields.Float(required=True, allow_none=True, attribute="row.retry_after")
    created_at = moment(required=True, attribute="row.created_at")
    started_at = moment(required=True, allow_none=True, attribute="row.started_at")
    finished_at = moment(required=True, allow_none=True, attribute="row.finished_at")


class ExecutionDetailView(Schema):
    """An execution with all its attempts, the first first."""

    execution = fields.Nested(ExecutionSummary, required=True)
    attempts = fields.List(fields.Nested(AttemptDetail), required=True)


class StartedExecution(Schema):
    """An execution that begins at the next tick of the clock; ``status_url`` is its address.

    ``run_id`` is the older word for its number.
    """

    execution_id = whole(low=1, required=True)
    run_id = whole(low=1, required=True)
    schedule_id = whole(low=1, required=True)
    state = fields.String(required=True, validate=validate.OneOf(EXECUTION_STATES))
    status_url = fields.String(required=True)


def started_view(row: ScheduleExecution) -> dict[str, Any]:
    """Return an execution that was just made, as it is answered."""
    return {
        "execution_id": row.id,
        "run_id": row.id,
        "schedule_id": row.schedule_id,
        "state": row.state,
        "status_url": f"/api/scheduler/runs/{row.id}",
    }


class ExecutionRetryBody(StrictSchema):
    """Other parameters for this time only; without them it goes on with what it became."""

    params = fields.Raw(load_default=None, allow_none=True, metadata={"type": "object"})
