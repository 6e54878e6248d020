"""The pieces that the schemas of every domain share."""

import re
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from app.unseen import is_unseen

MAX_ID = 2**53 - 1
NAMES = frozenset({"name", "title", "label", "dataset_name", "experiment_name", "model_name"})
BLANK = "Give a name that people can see."
_DIGITS = re.compile(r"-?[0-9]+")


class StrictSchema(Schema):
    """A schema for what clients send: a field that nobody knows is an error."""

    class Meta:
        """Refuse unknown fields."""

        unknown = RAISE

    error_messages = {"type": "Give an object with named fields."}

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        """Have every name seen by people: one of blanks alone looks like none."""
        if field_name in NAMES and isinstance(field_obj, fields.String):
            field_obj.validators = [*field_obj.validators, refuse_blank]


def refuse_blank(value: str) -> None:
    """Raise ValidationError for a text of characters that nobody sees; an empty one is none."""
    if value and is_unseen(value):
        raise ValidationError(BLANK)


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
