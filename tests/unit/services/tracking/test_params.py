"""One spelling and one meaning of a parameter's number, and what it says of a run's length."""

import json
import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.runs.results.compared_params import compared_params
from services.tracking.domain.params import (
    comparable,
    number_in,
    number_text,
    planned_steps,
    share_done,
)
from services.tracking.labels import as_text

FINITE = st.floats(allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1e-5, "1e-5"),
        (1.0, "1"),
        (-0.0, "0"),
        (100, "100"),
        (0.0001, "0.0001"),
        (1.5e300, "1.5e300"),
        (2.5e-10, "2.5e-10"),
        (2**63 - 1, "9223372036854775807"),
        (True, "true"),
        (None, "null"),
        ("1e-05", "1e-05"),
    ],
)
def test_a_number_has_one_spelling_and_a_text_stays_as_written(value, text):
    assert as_text(value) == text


@given(FINITE | st.integers(-(2**63), 2**63 - 1))
def test_the_spelling_reads_as_the_same_number(value):
    text = number_text(value)
    assert type(value)(json.loads(text)) == value
    assert Decimal(text) == number_in(text)
    assert number_text(json.loads(text)) == text


@given(FINITE)
def test_every_spelling_of_a_number_is_comparable_to_every_other(value):
    spellings = {repr(value), f"{value:.17e}", f"{value:.17E}", number_text(value), f" {value!r} "}
    assert len({float(comparable(text)) for text in spellings}) == 1
    assert comparable(repr(value)) == comparable(number_text(value))


@pytest.mark.parametrize("text", ["", "one", "1_000", "nan", "inf", "0x10", "1e", "1,5", "٣", "v1"])
def test_what_spells_no_number_stays_a_text(text):
    assert comparable(text) == text


def test_runs_that_report_one_number_in_four_spellings_do_not_differ():
    spellings = [{"lr": text} for text in ("1e-05", "0.00001", "1E-5", "1e-5")]
    (row,) = compared_params(spellings)
    assert not row.differs
    assert row.values == ["1e-05", "0.00001", "1E-5", "1e-5"]
    assert compared_params([*spellings, {"lr": "1e-4"}])[0].differs
    assert compared_params([*spellings, {}])[0].differs


def points(first, last):
    """Return what a curve with every step from first to last has: points and last step."""
    return last - first + 1, last


@given(st.integers(1, 500), st.data())
def test_epochs_that_are_counted_from_0_or_from_1_are_the_same_share(total, data):
    done = data.draw(st.integers(1, total))
    zero_based = share_done({"epochs": total}, "centralized", [points(0, done - 1)])
    one_based = share_done({"epochs": total}, "centralized", [points(1, done)])
    assert zero_based == one_based == done / total


@given(
    st.integers(1, 50),
    st.lists(st.tuples(st.integers(1, 90), st.integers(0, 90)), max_size=5),
    st.sampled_from(["centralized", "federated"]),
)
def test_a_share_is_never_above_one(total, curves, mode):
    assert 0.0 <= share_done({"epochs": total, "rounds": total}, mode, curves) <= 1.0


@pytest.mark.parametrize(
    ("params", "mode", "curves", "share"),
    [
        ({"epochs": "9"}, "centralized", [points(0, 9)], 1.0),  # a measurement before the first
        ({"epochs": "9"}, "centralized", [points(0, 900)], 0.0),  # batches
        ({"epochs": "9", "total_steps": 1000}, "centralized", [points(1, 500)], 0.5),
        ({"epochs": "10.0"}, "centralized", [points(1, 5)], 0.5),
        ({"num_rounds": "10"}, "federated", [points(0, 5)], 0.5),  # round 0 is untrained
        ({"num_rounds": "10"}, "federated", [points(1, 5)], 0.5),
        ({"lr": "0.1"}, "centralized", [points(1, 5)], 0.0),
        ({"epochs": "9"}, "centralized", [], 0.0),
        ({"epochs": "0"}, "centralized", [points(1, 5)], 0.0),
    ],
)
def test_shares_by_hand(params, mode, curves, share):
    assert share_done(params, mode, curves) == pytest.approx(share)


@pytest.mark.parametrize(
    ("value", "steps"),
    [
        ("10", 10),
        (10, 10),
        ("10.0", 10),
        ("1e1", 10),
        ("10.5", None),
        ("-1", None),
        (True, None),
        ("many", None),
        (None, None),
        (10**12, None),
        (math.inf, None),
    ],
)
def test_a_length_is_a_whole_number_however_it_is_spelled(value, steps):
    assert planned_steps({"epochs": value}, "centralized") == steps
