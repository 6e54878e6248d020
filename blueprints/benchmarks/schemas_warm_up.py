"""What the routes of warm-ups answer."""

from marshmallow import Schema, fields

from app.http.schemas import moment, whole


class StepView(Schema):
    """One question of a warm-up."""

    name = fields.String(required=True)
    status = fields.String(required=True)
    ok = fields.Boolean(required=True, allow_none=True)
    started_at = moment(required=True, allow_none=True)
    finished_at = moment(required=True, allow_none=True)
    duration_ms = whole(required=True, allow_none=True)
    error = fields.String(required=True, allow_none=True)


class WarmUpView(Schema):
    """``status`` is idle, running, done, done_with_errors or error."""

    run_id = whole(low=1, required=True)
    status = fields.String(required=True)
    started_at = moment(required=True, allow_none=True)
    updated_at = moment(required=True, allow_none=True)
    finished_at = moment(required=True, allow_none=True)
    duration_ms = whole(required=True, allow_none=True)
    current_step = fields.String(required=True, allow_none=True)
    had_errors = fields.Boolean(required=True)
    error = fields.String(required=True, allow_none=True)
    steps = fields.List(fields.Nested(StepView), required=True)


class ClearedView(Schema):
    """How many tables were forgotten."""

    ok = fields.Boolean(required=True)
    deleted = whole(required=True)
