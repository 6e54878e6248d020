"""What the routes of channels take and answer. Addresses and secrets are in no list."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from app.http.schemas import StrictSchema, moment, whole
from app.models.channel import CHANNEL_KINDS, CHANNEL_LANGUAGES, DELIVERY_STATES
from services.channels.message import PHASES, SEVERITIES
from services.channels.types import OWN, SCOPES

MAX_NAME = 100
MAX_TARGET = 2000
KIND = validate.OneOf(CHANNEL_KINDS)
SEVERITY = validate.OneOf(SEVERITIES)
LANGUAGE = validate.OneOf(CHANNEL_LANGUAGES)


def _text(most: int, **kwargs: Any) -> fields.String:
    return fields.String(validate=validate.Length(1, most), **kwargs)


class ChannelBody(StrictSchema):
    """A new channel; ``target`` is an address of the web, or one of e-mail.

    ``lowest`` is the lowest severity that it carries.
    """

    scope = fields.String(load_default=OWN, validate=validate.OneOf(SCOPES))
    kind = fields.String(required=True, validate=KIND)
    name = _text(MAX_NAME, required=True)
    target = _text(MAX_TARGET, required=True)
    lowest = fields.String(load_default="warning", validate=SEVERITY)
    language = fields.String(load_default="en", validate=LANGUAGE)


class ChannelPatch(StrictSchema):
    """What to change; what is left out stays."""

    name = _text(MAX_NAME)
    target = _text(MAX_TARGET)
    lowest = fields.String(validate=SEVERITY)
    language = fields.String(validate=LANGUAGE)
    enabled = fields.Boolean()

    @validates_schema
    def _something(self, values: dict[str, Any], **_: Any) -> None:
        if not values:
            raise ValidationError("Give at least one field to change.", "name")


class ChannelDeliveryView(Schema):
    """One message on a channel: queued, delivered or failed.

    ``status`` is what the receiver answered last (HTTP or SMTP), ``detail`` what that means.
    ``message_id`` was sent along, the same at every attempt.
    """

    id = whole(low=1, required=True, attribute="row.id")
    message_id = fields.Function(lambda it: f"msg_{it.row.message_id}", required=True)
    cause = fields.String(required=True, attribute="row.cause")
    phase = fields.String(required=True, attribute="row.phase", validate=validate.OneOf(PHASES))
    severity = fields.String(required=True, attribute="row.severity", validate=SEVERITY)
    title = fields.String(required=True, attribute="row.title")
    state = fields.String(
        required=True, attribute="row.state", validate=validate.OneOf(DELIVERY_STATES)
    )
    sending = fields.Boolean(required=True)
    attempts = whole(required=True, attribute="row.attempts")
    next_at = moment(required=True, allow_none=True)
    status = whole(required=True, allow_none=True, attribute="row.status")
    detail = fields.String(required=True, allow_none=True, attribute="row.detail")
    created_at = moment(required=True, attribute="row.created_at")
    finished_at = moment(required=True, allow_none=True, attribute="row.finished_at")


class ChannelView(Schema):
    """A channel. ``hint`` is what may be shown of its target.

    ``failures`` counts attempts in a row that failed; after a few of them it ``is_failing``.
    ``secret`` signs the messages of a webhook and is shown once: where it was just made.
    """

    id = whole(low=1, required=True, attribute="row.id")
    scope = fields.String(required=True, validate=validate.OneOf(SCOPES))
    kind = fields.String(required=True, attribute="row.kind", validate=KIND)
    name = fields.String(required=True, attribute="row.name")
    hint = fields.String(required=True, attribute="row.hint")
    lowest = fields.String(required=True, attribute="row.lowest", validate=SEVERITY)
    language = fields.String(required=True, attribute="row.language", validate=LANGUAGE)
    enabled = fields.Boolean(required=True, attribute="row.enabled")
    failures = whole(required=True, attribute="row.failures")
    is_failing = fields.Boolean(required=True)
    last_delivery = fields.Nested(
        ChannelDeliveryView, required=True, allow_none=True, attribute="last"
    )
    secret = fields.String(required=True, allow_none=True)
    created_at = moment(required=True, attribute="row.created_at")
    updated_at = moment(required=True, attribute="row.updated_at")


class ChannelList(Schema):
    """The caller's channels, the oldest first; ``mail_ready`` says whether e-mail can be sent."""

    items = fields.List(fields.Nested(ChannelView), required=True)
    mail_ready = fields.Boolean(required=True)


class DeliveryQuery(StrictSchema):
    """From where in the list; ``after`` is the next_after of a page."""

    limit = whole(20, low=1, high=200)
    after = whole(None, low=1, allow_none=True)


class DeliveryPageView(Schema):
    """A page of deliveries, the newest first; ``next_after`` asks for the page after it."""

    items = fields.List(fields.Nested(ChannelDeliveryView), required=True)
    next_after = whole(required=True, allow_none=True)
