"""What the routes of connections take and answer. OAuthTokens are in none of them."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from app.http.schemas import PageQuery, StrictSchema, moment, whole
from app.models.connection import CONNECTION_STATES
from app.models.connection import PLATFORMS as KNOWN
from services.connections.types import CHECK, FAILED, REFRESH, SUCCESS

MAX_STATE_LENGTH = 200
MAX_CODE_LENGTH = 4000
MAX_SITE_LENGTH = 500
PLATFORM = validate.OneOf(KNOWN)


def _text(most: int, **kwargs: Any) -> fields.String:
    return fields.String(validate=validate.Length(1, most), **kwargs)


class ConnectBody(StrictSchema):
    """What to connect; with ``connection_id`` that one is signed in again."""

    platform = fields.String(required=True, validate=PLATFORM)
    connection_id = whole(low=1, allow_none=True, load_default=None)


class SignInView(Schema):
    """The address to open, and until when the return from there is taken."""

    authorize_url = fields.String(required=True)
    expires_at = moment(required=True)


class CallbackBody(StrictSchema):
    """What the platform led the person back with: a code, or an error."""

    state = _text(MAX_STATE_LENGTH, required=True)
    code = _text(MAX_CODE_LENGTH, load_default=None)
    error = _text(MAX_STATE_LENGTH, load_default=None)

    @validates_schema
    def _one_of_both(self, values: dict[str, Any], **_: Any) -> None:
        if values.get("code") is None and values.get("error") is None:
            raise ValidationError("Give the code that the platform gave, or its error.", "code")


class ConnectionPatch(StrictSchema):
    """The property to be read, as the platform writes it."""

    site = _text(MAX_SITE_LENGTH, required=True)


class PropertyView(Schema):
    """A property of the account; one that is not usable cannot be read."""

    site = fields.String(required=True)
    usable = fields.Boolean(required=True)
    permission = fields.String(required=True)


class RefreshResultView(Schema):
    """What a refresh did, in numbers of days, or a check in numbers of properties."""

    site = fields.String()
    requested_from = fields.String()
    requested_to = fields.String()
    rows = whole()
    new_days = whole()
    changed_days = whole()
    days = whole()
    first_day = fields.String(allow_none=True)
    last_day = fields.String(allow_none=True)
    provisional_from = fields.String(allow_none=True)
    message = fields.String(allow_none=True)
    expires_at = fields.String()
    sites = whole()
    usable_sites = whole()


class ConnectionOutcomeView(Schema):
    """How the newest refresh or check ended; ``advice`` is what a person can do about a failure."""

    at = fields.String(required=True)
    outcome = fields.String(required=True, validate=validate.OneOf((SUCCESS, FAILED)))
    code = fields.String(required=True, allow_none=True)
    detail = fields.String(required=True, allow_none=True)
    advice = fields.String(required=True, allow_none=True)
    retry_after = fields.Float(required=True, allow_none=True)
    result = fields.Nested(RefreshResultView, required=True, allow_none=True)


class ConnectionView(Schema):
    """A connection. ``refreshing`` and ``checking`` say that such work waits or runs."""

    id = whole(low=1, required=True)
    owner_id = whole(low=1, required=True)
    platform = fields.String(required=True, validate=PLATFORM)
    name = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(CONNECTION_STATES))
    site = fields.String(required=True, allow_none=True)
    sites = fields.List(fields.Nested(PropertyView), required=True)
    scopes = fields.List(fields.String(), required=True)
    expires_at = moment(required=True, allow_none=True)
    last_check = fields.Nested(ConnectionOutcomeView, required=True, allow_none=True)
    last_refresh = fields.Nested(ConnectionOutcomeView, required=True, allow_none=True)
    refreshing = fields.Boolean(required=True)
    checking = fields.Boolean(required=True)
    created_at = moment(required=True)


class PlatformView(Schema):
    """What can be connected; where settings are missing, nobody can yet."""

    platform = fields.String(required=True, validate=PLATFORM)
    name = fields.String(required=True)
    missing_settings = fields.List(fields.String(), required=True)
    redirect_uri = fields.String(required=True)


class ConnectionList(Schema):
    """The caller's connections, the newest first, and what can be connected."""

    items = fields.List(fields.Nested(ConnectionView), required=True)
    platforms = fields.List(fields.Nested(PlatformView), required=True)


class SeriesQuery(StrictSchema):
    """Whether days that may still change are wanted, too."""

    provisional = fields.Boolean(load_default=False)


class ConnectionDayView(Schema):
    """One day, a calendar date of the platform; null is what is not known."""

    day = fields.Date(required=True)
    clicks = whole(required=True)
    impressions = whole(required=True)
    ctr = fields.Float(required=True, allow_none=True)
    position = fields.Float(required=True, allow_none=True)
    provisional = fields.Boolean(required=True)


class ConnectionSeriesView(Schema):
    """The days of the property that is read, in order and without gaps."""

    site = fields.String(required=True, allow_none=True)
    days = fields.List(fields.Nested(ConnectionDayView), required=True)


class TokenStatusView(Schema):
    """The sign-in of one connection."""

    connection_id = whole(low=1, required=True)
    platform = fields.String(required=True)
    site_url = fields.String(required=True, allow_none=True)
    connected = fields.Boolean(required=True)
    status = fields.String(required=True)
    expires_at = moment(required=True, allow_none=True)
    last_check = fields.String(required=True, allow_none=True)
    failure_reason = fields.String(required=True, allow_none=True)
    error_code = fields.String(required=True, allow_none=True)


class TokenStatusList(Schema):
    """The sign-ins of a person."""

    success = fields.Boolean(required=True)
    user_id = fields.String(required=True)
    tokens = fields.List(fields.Nested(TokenStatusView), required=True)
    total = whole(required=True)


class TokenChecksView(Schema):
    """The checks that wait for a worker now."""

    success = fields.Boolean(required=True)
    message = fields.String(required=True)
    connection_ids = fields.List(whole(low=1), required=True)


class TokenTasksView(Schema):
    """The schedules that were made."""

    success = fields.Boolean(required=True)
    created = whole(required=True)
    schedule_ids = fields.List(whole(low=1), required=True)


class TokenLogsQuery(PageQuery):
    """Which part of the log to answer."""

    limit = whole(50, low=1, high=100)
    platform = fields.String(validate=PLATFORM)
    connection = whole(low=1)


class TokenLogView(Schema):
    """How one check or refresh ended."""

    id = whole(low=1, required=True)
    task_id = whole(low=1, required=True)
    platform = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf((CHECK, REFRESH)))
    execution_date = moment(required=True)
    status = fields.String(required=True, validate=validate.OneOf((SUCCESS, FAILED)))
    error_code = fields.String(required=True, allow_none=True)
    error_message = fields.String(required=True, allow_none=True)
    execution_time_ms = whole(required=True)
    result_data = fields.Nested(RefreshResultView, required=True, allow_none=True)
    created_at = moment(required=True)


class TokenLogList(Schema):
    """One page of the log, the newest first."""

    success = fields.Boolean(required=True)
    logs = fields.List(fields.Nested(TokenLogView), required=True)
    total_count = whole(required=True)
    limit = whole(required=True)
    offset = whole(required=True)
    has_more = fields.Boolean(required=True)
