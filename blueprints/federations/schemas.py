"""What the routes of federations take and answer."""

from marshmallow import Schema, fields, validate

from app.http.schemas import StrictSchema, moment, whole
from app.models.federation import TARGET_STATES
from app.models.run import VISIBILITIES
from services.federations.states import FAILED, RUNNING, SITE_STATES, STARTING, STOPPED

MAX_DAYS = 3650
NAMES = validate.Regexp(
    r"^[^\x00-\x1f\x7f/\\]+$", error="A name has no control characters and no slashes."
)


def _name(longest: int, **kwargs: object) -> fields.String:
    return fields.String(validate=[validate.Length(1, longest), NAMES], **kwargs)  # type: ignore[arg-type]


class NewFederation(StrictSchema):
    """A federation to make. Without a host it is that of the platform's own address."""

    name = _name(200, required=True)
    host = fields.String(validate=validate.Length(1, 255))
    port = whole(low=1024, high=65_535, allow_none=True)
    visibility = fields.String(load_default="private", validate=validate.OneOf(VISIBILITIES))


class FederationChanges(StrictSchema):
    """What to change; the rest stays. Sites keep the address with which they enrolled."""

    name = _name(200)
    host = fields.String(validate=validate.Length(1, 255))
    port = whole(low=1024, high=65_535)
    visibility = fields.String(validate=validate.OneOf(VISIBILITIES))


class NewSite(StrictSchema):
    """A site to let in: by the public key that it sent, or else by a one-time token."""

    name = _name(100, required=True)
    public_key = fields.String(allow_none=True, validate=validate.Length(1, 2000))
    expires_in_days = whole(low=1, high=MAX_DAYS, allow_none=True)


class SiteChanges(StrictSchema):
    """For how many days from now the site's key is good; null: until it is revoked."""

    expires_in_days = whole(low=1, high=MAX_DAYS, allow_none=True, required=True)


class JoinBody(StrictSchema):
    """What a site sends to join: its one-time token, and the public key that it made."""

    token = fields.String(required=True, validate=validate.Length(1, 200))
    public_key = fields.String(required=True, validate=validate.Length(1, 2000))


class JoinedView(Schema):
    """What a site needs to take part."""

    federation = fields.String(required=True)
    site = fields.String(required=True)
    address = fields.String(required=True)
    ca_certificate = fields.String(required=True)
    expires_at = moment(required=True, allow_none=True)


class DataCheckView(Schema):
    """What a site said of its data when it last started."""

    ok = fields.Boolean(required=True)
    kind = fields.String(required=True, allow_none=True)
    rows = whole(required=True, allow_none=True)
    patients = whole(required=True, allow_none=True)
    features = whole(required=True, allow_none=True)
    classes = fields.Dict(required=True, keys=fields.String(), values=fields.Integer())
    sha256 = fields.String(required=True, allow_none=True)
    message = fields.String(required=True, allow_none=True)
    checked_at = fields.String(required=True, allow_none=True)


class SiteView(Schema):
    """One site: lapsed means that it was invited and did not come in time."""

    id = whole(low=1, required=True)
    name = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(SITE_STATES))
    online = fields.Boolean(required=True)
    fingerprint = fields.String(required=True, allow_none=True)
    created_at = moment(required=True)
    enrolled_at = moment(required=True, allow_none=True)
    expires_at = moment(required=True, allow_none=True)
    token_expires_at = moment(required=True, allow_none=True)
    revoked_at = moment(required=True, allow_none=True)
    last_seen_at = moment(required=True, allow_none=True)
    versions = fields.Dict(
        required=True, allow_none=True, keys=fields.String(), values=fields.String()
    )
    data_check = fields.Nested(DataCheckView, required=True, allow_none=True)
    last_error = fields.String(required=True, allow_none=True)
    last_error_at = moment(required=True, allow_none=True)
    warnings = fields.List(fields.String(), required=True)


class EnrolmentView(Schema):
    """A new site; the token is shown this once, and is null for a site that brought its key."""

    site = fields.Nested(SiteView, required=True)
    token = fields.String(required=True, allow_none=True)
    join_url = fields.String(required=True)


class FederationView(Schema):
    """A federation with its sites."""

    id = whole(low=1, required=True)
    name = fields.String(required=True)
    owner_id = whole(low=1, required=True)
    visibility = fields.String(required=True, validate=validate.OneOf(VISIBILITIES))
    host = fields.String(required=True)
    port = whole(required=True)
    address = fields.String(required=True)
    ca_certificate = fields.String(required=True)
    wanted = fields.String(required=True, validate=validate.OneOf(TARGET_STATES))
    state = fields.String(
        required=True, validate=validate.OneOf((STARTING, RUNNING, STOPPED, FAILED))
    )
    problem = fields.String(required=True, allow_none=True)
    seen_at = moment(required=True, allow_none=True)
    created_at = moment(required=True)
    sites = fields.List(fields.Nested(SiteView), required=True)
    sites_enrolled = whole(required=True)
    sites_online = whole(required=True)


class FederationList(Schema):
    """One page of federations, the newest first."""

    items = fields.List(fields.Nested(FederationView), required=True)
    total = whole(required=True)
    limit = whole(required=True)
    offset = whole(required=True)
