"""What the routes of alerts take and answer."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from app.http.schemas import StrictSchema, moment, whole
from app.models.alert import ALERT_STATES, SEVERITIES
from services.alerts.read import SHOWN
from services.alerts.rules import DAY, MINUTE, RULES, UNITS
from services.alerts.types import AlertFilter

MAX_VALUE = 1e9
STEPS = ("pending", "calm", "firing", "raised", "reminder", "recovered", "muted", "unmuted")


class AlertListQuery(StrictSchema):
    """Which alerts, and from where in the list; ``after`` is the next_after of a page."""

    state = fields.String(validate=validate.OneOf(SHOWN))
    rule = fields.String(validate=validate.OneOf(list(RULES)))
    muted = fields.Boolean()
    limit = whole(50, low=1, high=200)
    after = fields.String(load_default=None, validate=validate.Length(1, 60))

    @post_load
    def _made(self, values: dict[str, Any], **_: Any) -> dict[str, Any]:
        page = {name: values.pop(name) for name in ("limit", "after")}
        return {"which": AlertFilter(**values)} | page


class MuteBody(StrictSchema):
    """Until when no message goes out, and why."""

    until = moment(required=True)
    reason = fields.String(required=True, validate=validate.Length(1, 500))


class AlertRulePatch(StrictSchema):
    """What a rule is to say; null for a value is its default again."""

    enabled = fields.Boolean()
    threshold = fields.Float(allow_none=True, validate=validate.Range(0, MAX_VALUE))
    recovery = fields.Float(allow_none=True, validate=validate.Range(0, MAX_VALUE))
    window_s = whole(low=MINUTE, high=7 * DAY, allow_none=True)
    hold_s = whole(high=DAY, allow_none=True)
    min_count = whole(low=1, high=1_000_000, allow_none=True)
    remind_s = whole(low=10 * MINUTE, high=30 * DAY, allow_none=True)


class AlertView(Schema):
    """One alert: ``value`` is what was measured last, ``braked`` are the flags that it stopped.

    ``carried_by`` is how many channels took its newest message, ``undelivered`` that it reached
    nobody; no message went out before ``messaged_at``.
    """

    id = whole(low=1, required=True, attribute="alert.id")
    rule = fields.String(required=True, attribute="alert.rule")
    scope = fields.String(required=True, attribute="alert.scope")
    is_platform = fields.Boolean(required=True)
    state = fields.String(
        required=True, attribute="alert.state", validate=validate.OneOf(ALERT_STATES)
    )
    state_at = moment(required=True, attribute="alert.state_at")
    severity = fields.String(
        required=True, attribute="alert.severity", validate=validate.OneOf(SEVERITIES)
    )
    value = fields.Float(required=True, allow_none=True, attribute="alert.value")
    title = fields.String(required=True, attribute="alert.title")
    detail = fields.String(required=True, attribute="alert.detail")
    advice = fields.String(required=True, attribute="alert.advice")
    href = fields.String(required=True, attribute="alert.href")
    messaged_at = moment(required=True, allow_none=True, attribute="alert.messaged_at")
    carried_by = whole(required=True, attribute="alert.carried_by")
    undelivered = fields.Boolean(required=True)
    braked = fields.List(fields.String(), required=True, attribute="alert.braked")
    muted_until = moment(required=True, allow_none=True)
    muted_by = fields.String(required=True, allow_none=True)
    mute_reason = fields.String(required=True, allow_none=True)


class AlertPageView(Schema):
    """A page of alerts, those that fire first; ``next_after`` asks for the page after it."""

    items = fields.List(fields.Nested(AlertView), required=True)
    next_after = fields.String(required=True, allow_none=True)


class AlertSummaryView(Schema):
    """How many of the caller's alerts fire and are not muted, and the newest of them.

    ``undelivered`` counts those whose newest message reached nobody: no channel took it, or each
    delivery failed.
    """

    firing = whole(required=True)
    undelivered = whole(required=True)
    items = fields.List(fields.Nested(AlertView), required=True)


class AlertStepView(Schema):
    """Something in the history of an alert; ``carried_by`` is null where no message went out."""

    id = whole(low=1, required=True, attribute="event.id")
    type = fields.String(required=True, attribute="event.type", validate=validate.OneOf(STEPS))
    at = moment(required=True, attribute="event.at")
    value = fields.Float(required=True, allow_none=True, attribute="event.value")
    text = fields.String(required=True, attribute="event.text")
    carried_by = whole(required=True, allow_none=True, attribute="event.carried_by")
    who = fields.String(required=True, allow_none=True)


class AlertDetailView(Schema):
    """An alert with its history, the newest first."""

    alert = fields.Nested(AlertView, required=True, attribute="card")
    history = fields.List(fields.Nested(AlertStepView), required=True)


class AlertRuleValuesView(Schema):
    """The values of a rule; times are in seconds."""

    enabled = fields.Boolean(required=True)
    threshold = fields.Float(required=True)
    recovery = fields.Float(required=True)
    window_s = whole(required=True)
    hold_s = whole(required=True)
    min_count = whole(required=True)
    remind_s = whole(required=True)


class AlertRuleView(Schema):
    """A rule as it holds, beside its defaults. With ``falls`` too little is what is wrong.

    ``unit`` is that of threshold and recovery; a rule of the unit ``state`` has neither.
    """

    name = fields.String(required=True, attribute="rule.name")
    audience = fields.String(
        required=True, attribute="rule.audience", validate=validate.OneOf(("platform", "owner"))
    )
    unit = fields.String(required=True, attribute="rule.unit", validate=validate.OneOf(UNITS))
    severity = fields.String(
        required=True, attribute="rule.severity", validate=validate.OneOf(SEVERITIES)
    )
    falls = fields.Boolean(required=True, attribute="rule.falls")
    brakes = fields.Boolean(required=True, attribute="rule.brakes")
    max_window_s = whole(required=True, attribute="rule.max_window_s")
    values = fields.Nested(AlertRuleValuesView, required=True, attribute="rule")
    default = fields.Nested(AlertRuleValuesView, required=True)
    changed_at = moment(required=True, allow_none=True)
    changed_by = fields.String(required=True, allow_none=True)


class AlertRuleList(Schema):
    """Every rule."""

    items = fields.List(fields.Nested(AlertRuleView), required=True)
