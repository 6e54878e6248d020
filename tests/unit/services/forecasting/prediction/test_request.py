"""What a request for a forecast brings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.forecasting.errors import FieldRefused
from services.forecasting.prediction.request import EPOCH, checked_instant, checked_series, shown
from services.forecasting.prediction.rows import joined_series

INSTANTS = st.integers(0, 4_000_000_000_000_000)


@given(INSTANTS)
def test_an_instant_reads_as_it_is_shown(instant):
    assert checked_instant("at", shown(instant)) == instant


@pytest.mark.parametrize("text", ["1970-01-01 01:00:00", "1970-01-01T02:00:00+01:00"])
def test_a_time_without_an_offset_is_in_utc(text):
    assert checked_instant("at", text) == 3_600_000_000
    assert EPOCH.year == 1970


@pytest.mark.parametrize(
    "given", [None, 5, "", "now", "2024-13-01", "1899-12-31", "9999-12-31", []]
)
def test_what_is_no_time_is_named(given):
    with pytest.raises(FieldRefused, match=r"at is .*, but it must be a time"):
        checked_instant("at", given)


@pytest.mark.parametrize("value", [True, "1", float("nan"), float("inf"), [1], 1e39])
def test_a_value_that_is_no_number_is_named_with_its_place(value):
    rows = {"load": {"times": ["2024-01-01", "2024-01-02"], "values": [1, value]}}
    with pytest.raises(FieldRefused) as refused:
        checked_series(rows, ["load"])
    assert list(refused.value.errors) == ["series.load.values[1]"]


def test_rows_come_in_any_order_and_the_last_of_equal_times_counts():
    part = {"rows": {"times": [3, 1, 2, 1], "values": [30, 9, None, 10]}, "stored": None}
    series = joined_series({"x": part, "y": {"rows": None, "stored": None}})
    assert list(series) == ["x"]
    assert series["x"].times.tolist() == [1, 2, 3]
    assert series["x"].values[[0, 2]].tolist() == [10, 30]


def test_forecasts_keep_when_they_were_issued():
    part = {"rows": {"times": [2, 1, 2], "values": [5, 6, 7], "issued": [1, 0, 0]}, "stored": None}
    series = joined_series({"x": part})["x"]
    assert list(zip(series.times, series.issued, series.values, strict=True)) == [
        (1, 0, 6), (2, 0, 7), (2, 1, 5),
    ]  # fmt: skip
