import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import strict_json
from app.errors import BadRequest

NUMBERS = st.integers(-(2**53) + 1, 2**53 - 1) | st.floats() | st.booleans() | st.none()
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    NUMBERS | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
    max_leaves=20,
)


def refuse(constant):
    raise AssertionError(constant)


def plain(value):
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


@given(VALUES)
def test_what_goes_in_comes_back_with_null_for_what_is_no_number(value):
    text = strict_json.dumps(value)
    assert strict_json.loads(text) == plain(value)
    json.loads(text, parse_constant=refuse)


@given(st.floats(width=32))
def test_a_numpy_number_is_a_number(value):
    for kind in (np.float32, np.float64):
        text = strict_json.dumps({"x": kind(value), "list": [kind(value)]})
        json.loads(text, parse_constant=refuse)
        assert (strict_json.loads(text)["x"] is None) == (not math.isfinite(value))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (np.int64(7), "7"),
        (np.bool_(True), "true"),
        (np.array([1.0, np.nan, -np.inf]), "[1.0,null,null]"),
        (np.array([[1, 2], [3, 4]]), "[[1,2],[3,4]]"),
        (np.arange(6)[::2], "[0,2,4]"),
        (np.array([[1, 2], [3, 4]]).T, "[[1,3],[2,4]]"),
        ({1: "a", 2.5: "b", None: "c"}, '{"1":"a","2.5":"b","null":"c"}'),
        ({3, 1, 2}, "[1,2,3]"),
        ((1, (2,)), "[1,[2]]"),
    ],
)
def test_values_of_other_kinds_have_one_plain_form(value, text):
    assert strict_json.dumps(value) == text


@pytest.mark.parametrize(
    "value", [object(), b"bytes", 2**70, {1, "a"}, "\ud800", np.array([1], dtype=">i4")]
)
def test_what_has_no_json_form_is_an_error_not_a_guess(value):
    with pytest.raises(TypeError):
        strict_json.dumps({"x": value})


@pytest.mark.parametrize("text", ["NaN", "[Infinity]", "1e999", "-1e999", "{", "", "[1,]", "\x00"])
def test_text_that_is_not_strict_json_is_refused(text):
    with pytest.raises(ValueError):
        strict_json.loads(text)


@pytest.mark.parametrize("text", ["NaN", '{"é": [1,-Infinity]}', '{"a":nan}', "[1e999]"])
def test_who_sends_what_is_not_finite_reads_what_to_send(text):
    with pytest.raises(BadRequest, match="give null"):
        strict_json.parse_columns(text.encode())


@pytest.mark.parametrize("text", ["", "[1,]", "[nothing]", '{"a" 1}'])
def test_no_other_fault_is_taken_for_it(text):
    with pytest.raises(BadRequest, match=r"column \d+\.$"):
        strict_json.parse_columns(text.encode())


def nested(levels: int) -> bytes:
    return b"[" * levels + b"]" * levels


def test_a_body_is_read_down_to_its_deepest_level_and_no_deeper():
    assert strict_json.parse_body(nested(64))
    for levels in (65, 66, 2000, 100_000):
        with pytest.raises(BadRequest):
            strict_json.parse_body(nested(levels))


def test_a_broken_body_is_named_by_its_place_alone():
    with pytest.raises(BadRequest, match="line 2, column 7") as caught:
        strict_json.parse_body(b'{"a": 1,\n "b": NaN}')
    assert caught.value.__cause__ is None
