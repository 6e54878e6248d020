"""Names that no schema knows: refused at once, and few of them repeated."""

import orjson
import pytest
from marshmallow import fields

from app.errors import Invalid
from app.http.blueprint import load
from app.http.faults import MAX_FAULTS, MAX_NAME, refuse_beginning, refuse_unknown
from app.http.schemas import StrictSchema


class Inner(StrictSchema):
    size = fields.Integer()


class Outer(StrictSchema):
    name = fields.String()
    inner = fields.Nested(Inner)


MANY = {f"unknown_{number}": 1 for number in range(5000)}


@pytest.mark.parametrize("values", [MANY, {"inner": MANY}, {"name": 1, **MANY}])
def test_an_answer_names_few_of_many_unknown_names(values) -> None:
    for check in (refuse_unknown, lambda given, schema, where: load(schema, given, where)):
        with pytest.raises(Invalid) as refused:
            check(values, Outer(), "body")
        assert 0 < len(refused.value.errors) <= MAX_FAULTS
        assert len(refused.value.detail) < 1000


def test_a_long_name_is_cut_where_it_is_repeated() -> None:
    with pytest.raises(Invalid) as refused:
        load(Outer(), {"x" * 100_000: 1}, "body")
    assert list(refused.value.errors) == ["x" * MAX_NAME]


def test_a_body_is_refused_by_how_it_begins() -> None:
    with pytest.raises(Invalid):
        refuse_beginning(orjson.dumps(MANY)[:60_000], Outer(), "body")


@pytest.mark.parametrize(
    "beginning", [b'{"name":"a long text', b'{"inner":{"a":1,"b', b"[1,2", b""]
)
def test_a_beginning_that_says_nothing_is_let_in(beginning) -> None:
    refuse_beginning(beginning, Outer(), "body")


def test_what_a_schema_knows_is_let_in() -> None:
    refuse_unknown({"name": "one", "inner": {"size": 1}}, Outer(), "body")
    refuse_unknown([1, 2], Outer(), "body")
