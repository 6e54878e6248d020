"""The fields that the schemas of every domain share."""

from typing import Any

import pytest
from marshmallow import ValidationError, fields

from app.http.schemas import StrictSchema, whole


@pytest.mark.parametrize("given", [7, "7", "007", 7.0])
def test_a_whole_number_is_read_from_numbers_and_digits(given: Any) -> None:
    assert whole().deserialize(given) == 7


@pytest.mark.parametrize(
    "given", [7.5, -0.1, float("inf"), True, "7.0", "7.5", "1_0", " 7", "٧", ""]
)
def test_what_is_no_whole_number_is_refused_and_never_cut(given: Any) -> None:
    with pytest.raises(ValidationError, match="Not a valid integer"):
        whole().deserialize(given)


class Named(StrictSchema):
    """Something with a name, made by a model that has one, too."""

    name = fields.String()
    model_name = fields.String()
    text = fields.String()


@pytest.mark.parametrize(
    "blank",
    [" ", "\t", "\u00a0", "\u200b", "\u3000", "\u2800", "\u3164", "\ufeff", " \u200d\u00a0 "],
)
def test_a_name_of_blanks_is_refused_wherever_there_is_a_name(blank: str) -> None:
    with pytest.raises(ValidationError, match="people can see"):
        Named().load({"name": blank})
    with pytest.raises(ValidationError, match="people can see"):
        Named().load({"model_name": blank})
    assert Named().load({"name": f"{blank}a", "text": blank})["name"] == f"{blank}a"
