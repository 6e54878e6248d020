"""What the routes of uploads take and answer as JSON."""

from marshmallow import Schema, fields, validate

from app.http.schemas import StrictSchema, moment, whole
from app.models.upload import STATES

_HASH = validate.Regexp(r"^[0-9a-fA-F]{64}$", error="A SHA-256 has 64 hexadecimal digits.")


class UploadView(Schema):
    """One upload. ``received`` of ``length`` bytes are safe; ``claimed_by`` says what uses it."""

    id = fields.String(required=True)
    filename = fields.String(required=True)
    purpose = fields.String(required=True)
    length = whole(required=True, allow_none=True)
    received = whole(required=True)
    state = fields.String(required=True, validate=validate.OneOf(STATES))
    sha256 = fields.String(required=True, allow_none=True)
    claimed_by = fields.String(required=True, allow_none=True)
    created_at = moment(required=True)
    expires_at = moment(required=True)


class UploadList(Schema):
    """One page of uploads, the newest first."""

    items = fields.List(fields.Nested(UploadView), required=True)
    total = fields.Integer(required=True)
    limit = fields.Integer(required=True)
    offset = fields.Integer(required=True)


class KnownQuery(StrictSchema):
    """The bytes that are looked for, by the hash of the whole file."""

    sha256 = fields.String(required=True, validate=_HASH)


class KnownBody(KnownQuery):
    """The same bytes under a name of their own."""

    filename = fields.String(required=True, validate=validate.Length(1, 255))
    purpose = fields.String(load_default="", validate=validate.Length(0, 50))


class KnownView(Schema):
    """Your upload with these bytes, null where there is none."""

    upload = fields.Nested(UploadView, required=True, allow_none=True)
