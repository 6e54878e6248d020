"""What the routes of flags take and answer."""

from marshmallow import Schema, fields, validate

from app.auth.flags import EVERYBODY
from app.http.schemas import StrictSchema, moment, whole


class FlagPatch(StrictSchema):
    """A new share of the people, and why: 0 switches the part off, 100 on for everybody."""

    percent = whole(high=EVERYBODY, required=True)
    reason = fields.String(required=True, validate=validate.Length(1, 500))


class FlagView(Schema):
    """One part: for how many people it is on, since when, by whom and why."""

    name = fields.String(required=True)
    about = fields.String(required=True)
    percent = fields.Integer(required=True)
    reason = fields.String(required=True)
    changed_at = moment(required=True, allow_none=True)
    changed_by = fields.String(required=True, allow_none=True)


class FlagList(Schema):
    """Every part, by name."""

    items = fields.List(fields.Nested(FlagView), required=True)


class FlagsOff(Schema):
    """The names of the parts that the caller does not have."""

    items = fields.List(fields.String(), required=True)
