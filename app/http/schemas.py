"""The pieces that the schemas of every domain share."""

from typing import Any

from marshmallow import RAISE, Schema, fields, validate

MAX_ID = 2**53 - 1


class StrictSchema(Schema):
    """A schema for what clients send: a field that nobody knows is an error."""

    class Meta:
        """Refuse unknown fields."""

        unknown = RAISE

    error_messages = {"type": "Give an object with named fields."}


class ErrorEnvelope(Schema):
    """What every error looks like."""

    code = fields.String(required=True)
    detail = fields.String(required=True)
    errors = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))
    request_id = fields.String(required=True, allow_none=True)


class PageQuery(StrictSchema):
    """Which part of a list to answer."""

    limit = fields.Integer(load_default=100, validate=validate.Range(1, 1000))
    offset = fields.Integer(load_default=0, validate=validate.Range(0, MAX_ID))


def whole(default: Any = ..., *, low: int = 0, high: int = MAX_ID, **kwargs: Any) -> fields.Integer:
    """Return a field of whole numbers from ``low`` to ``high``."""
    if default is not ...:
        kwargs["load_default"] = default
    return fields.Integer(validate=validate.Range(low, high), **kwargs)


def moment(**kwargs: Any) -> fields.AwareDateTime:
    """Return a field of UTC times, ISO-8601 with offset."""
    return fields.AwareDateTime(format="iso", **kwargs)
