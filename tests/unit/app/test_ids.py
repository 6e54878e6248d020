import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Invalid
from app.ids import MAX_ID, parse_id


@given(st.integers(1, MAX_ID))
def test_every_positive_whole_number_is_an_id(number):
    assert parse_id(str(number)) == number


@given(st.text().filter(lambda text: not (text.isascii() and text.isdigit())))
def test_every_other_text_is_named_as_wrong(text):
    with pytest.raises(Invalid) as caught:
        parse_id(text, "dataset_id")
    assert list(caught.value.errors) == ["dataset_id"]


@pytest.mark.parametrize(
    "text",
    ["0", "-1", "+1", "1.0", "1e3", "0x10", " 1", "1 ", "1_000", "٣", "²", "", "nan", "null",
     str(MAX_ID + 1), "9" * 5000, "1;drop", "../1"],
)  # fmt: skip
def test_forms_that_other_parsers_take_are_refused(text):
    with pytest.raises(Invalid) as caught:
        parse_id(text)
    assert len(caught.value.detail) < 120
