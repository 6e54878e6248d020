"""The pieces that the schemas of every domain share."""

import re
from typing import Any

from marshmallow import RAISE, Schema, fields, validate

MAX_ID = 2**53 - 1
_DIGITS = re.compile(r"-?[0-9]+")


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


class Whole(fields.Integer):
    """A whole number: 2.0 is one, 2.5 is not, and of a text only digits are read."""

    def _validated(self, value: Any) -> int:
        broken = isinstance(value, float) and not value.is_integer()
        if broken or (isinstance(value, str) and not _DIGITS.fullmatch(value)):
            raise self.make_error("invalid", input=value)
        return super()._validated(value)


def whole(default: Any = ..., *, low: int = 0, high: int = MAX_ID, **kwargs: Any) -> fields.Integer:
    """Return a field of whole numbers from ``low`` to ``high``."""
    if default is not ...:
        kwargs["load_default"] = default
    return Whole(validate=validate.Range(low, high), **kwargs)


MAX_LIMIT = 1000


class PageQuery(StrictSchema):
    """Which part of a list to answer."""

    limit = whole(100, low=1, high=MAX_LIMIT)
    offset = whole(0)


def moment(**kwargs: Any) -> fields.AwareDateTime:
    """Return a field of UTC times, ISO-8601 with offset."""
    return fields.AwareDateTime(format="iso", **kwargs)
