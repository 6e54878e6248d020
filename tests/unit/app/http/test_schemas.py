"""The fields that the schemas of every domain share."""

from typing import Any

import pytest
from marshmallow import ValidationError

from app.http.schemas import whole


@pytest.mark.parametrize("given", [7, "7", "007", 7.0])
def test_a_whole_number_is_read_from_numbers_and_digits(given: Any) -> None:
    assert whole().deserialize(given) == 7


@pytest.mark.parametrize(
    "given", [7.5, -0.1, float("inf"), True, "7.0", "7.5", "1_0", " 7", "٧", ""]
)
def test_what_is_no_whole_number_is_refused_and_never_cut(given: Any) -> None:
    with pytest.raises(ValidationError, match="Not a valid integer"):
        whole().deserialize(given)
