"""Values as errors show them: in the words of JSON, never in Python's."""

from fractions import Fraction

import pytest

from services.forecasting.domain.numbers import shown


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        ({"a": None}, '{"a": null}'),
        (Fraction(15), "15"),
        (Fraction(1, 10), "0.1"),
        ("x", "'x'"),
        ("x" * 100, "'" + "x" * 39 + "…"),
    ],
)
def test_a_value_is_shown_as_it_came(value: object, text: str) -> None:
    assert shown(value) == text
