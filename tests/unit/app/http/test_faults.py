"""What a client reads of values that a schema refuses."""

import pytest
from marshmallow import Schema, ValidationError, fields, validate

from app.http.faults import faults_of
from app.http.schemas import StrictSchema, whole


class Leaf(StrictSchema):
    """The innermost part."""

    colour = fields.String(validate=validate.OneOf(["red", "green"]))


class Body(StrictSchema):
    """Parts in parts."""

    limit = whole(low=1, high=10)
    password = fields.Integer()
    leaf = fields.Nested(Leaf)
    leaves = fields.List(fields.Nested(Leaf))
    counts = fields.Dict(keys=fields.String(), values=fields.Integer())


def faults(values: object, schema: Schema | None = None) -> dict[str, list[str]]:
    body = schema or Body()
    with pytest.raises(ValidationError) as caught:
        body.load(values)
    return faults_of(caught.value, values, body)


@pytest.mark.parametrize(
    ("values", "field", "ending"),
    [
        ({"limit": "1.5"}, "limit", "Not a valid integer; it is '1.5'."),
        ({"limit": 11}, "limit", "less than or equal to 10; it is 11."),
        ({"limt": 1}, "limt", "Did you mean limit?"),
        ({"zzz": 1}, "zzz", "Unknown field."),
        ({"leaf": {"color": "red"}}, "leaf.color", "Did you mean colour?"),
        ({"leaf": {"colour": "blue"}}, "leaf.colour", "Must be one of: red, green; it is 'blue'."),
        ({"leaf": 7}, "leaf", "Give an object with named fields."),
        ({"leaves": [{}, {"colour": "x"}]}, "leaves.1.colour", "it is 'x'."),
        ({"leaves": [{"colr": "red"}]}, "leaves.0.colr", "Did you mean colour?"),
        ({"limit": "x" * 9999}, "limit", "x…."),
        ([], "_schema", "Give an object with named fields."),
    ],
)
def test_a_fault_names_the_field_the_value_and_what_would_be_right(
    values: object, field: str, ending: str
) -> None:
    ((name, (sentence,)),) = faults(values).items()
    assert name == field
    assert sentence.endswith(ending)
    assert len(sentence) < 150


def test_a_secret_is_not_repeated() -> None:
    assert faults({"password": "hunter2"}) == {"password": ["Not a valid integer."]}


def test_a_value_of_no_known_place_is_not_shown() -> None:
    assert faults({"counts": {"a": "x"}}) == {"counts.a.value": ["Not a valid integer."]}
