"""What the older orders take and answer."""

from marshmallow import Schema, fields

from app.http.schemas import StrictSchema, moment, whole
from blueprints.scheduler.overview.schemas_tasks import STATUS


class TotalsReconciled(Schema):
    """What the counters of the last days lacked, and how many of them were mended."""

    success = fields.Boolean(required=True)
    checked_days = whole(required=True)
    drift = whole(required=True)
    corrected = whole(required=True)
    reconciled_at = moment(required=True)


class TriggeredTask(Schema):
    """The task that was triggered; ``last_check`` is when it ended last."""

    id = whole(low=1, required=True)
    status = fields.String(required=True, validate=STATUS)
    last_check = moment(required=True, allow_none=True)


class RetriedTask(Schema):
    """The task that is tried again; ``next_check`` is when."""

    id = whole(low=1, required=True)
    website_url = fields.String(required=True, allow_none=True)
    status = fields.String(required=True, validate=STATUS)
    next_check = moment(required=True)


class BegunTask(Schema):
    """An execution that begins at the next tick; ``run_id`` is another name of its number."""

    success = fields.Boolean(required=True)
    message = fields.String(required=True)
    task_id = whole(low=1, required=True)
    execution_id = whole(low=1, required=True)
    run_id = whole(low=1, required=True)
    status_url = fields.String(required=True)


class TriggerAnswer(BegunTask):
    """A task that was triggered; the estimate is its mean so far, null where none has ended."""

    task = fields.Nested(TriggeredTask, required=True)
    estimated_duration_seconds = fields.Float(required=True, allow_none=True)


class VisitRetryBody(StrictSchema):
    """With ``reset_failure_count`` the schedule is active again, whatever comes of it."""

    reset_failure_count = fields.Boolean(load_default=False)


class RetryAnswer(BegunTask):
    """A visit that is tried again."""

    task = fields.Nested(RetriedTask, required=True)
    retry_scheduled_at = moment(required=True)
    failure_count_reset = fields.Boolean(required=True)
