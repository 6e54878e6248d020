"""What the older addresses about the scheduler itself answer."""

from marshmallow import Schema, fields, validate

from app.http.schemas import whole
from blueprints.scheduler.overview.schemas_events import RetentionPolicy
from blueprints.system.schemas import CheckView

STATUS_WORDS = {"ok": "operational", "degraded": "degraded", "failing": "down"}
HEALTH_WORDS = {"ok": "healthy", "degraded": "degraded", "failing": "unhealthy"}


class SchedulerStatus(Schema):
    """The platform in one word; ``parts`` are shown to who is signed in."""

    status = fields.String(required=True, validate=validate.OneOf(tuple(STATUS_WORDS.values())))
    parts = fields.List(fields.Nested(CheckView))


class SchedulerHealth(Schema):
    """The health in one word; ``parts`` are shown to who is signed in."""

    status = fields.String(required=True, validate=validate.OneOf(tuple(HEALTH_WORDS.values())))
    parts = fields.List(fields.Nested(CheckView))


class KindConfig(Schema):
    """By what a kind of schedule runs: retries, and what opens its circuit (null: nothing)."""

    kind = fields.String(required=True)
    task_types = fields.List(fields.String(), required=True)
    cadence = fields.String(required=True)
    timeout_seconds = whole(required=True, allow_none=True)
    max_attempts = whole(required=True)
    backoff_seconds = fields.List(fields.Float(), required=True)
    failures_in_a_row = whole(required=True, allow_none=True)
    failures_in_window = whole(required=True, allow_none=True)
    window_seconds = whole(required=True)
    cool_off_seconds = fields.List(whole(), required=True)


class SchedulerConfig(Schema):
    """The values that hold; none of them is one that is declared and not used."""

    version = fields.String(required=True)
    check_interval_seconds = fields.Float(required=True)
    dispatch_batch = whole(required=True)
    catch_up_grace_seconds = whole(required=True)
    execution_retention_days = whole(required=True)
    event_retention_days = whole(required=True)
    retention_policy = fields.Nested(RetentionPolicy, required=True)
    kinds = fields.List(fields.Nested(KindConfig), required=True)
