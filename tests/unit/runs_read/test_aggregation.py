"""Numbers of which some are unknown."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.runs.domain.aggregation import (
    average,
    best,
    latest,
    minutes_of,
    rounded,
    share,
    worst,
)

UNKNOWN = [None, math.nan, math.inf]


def test_unknown_values_win_nothing_and_zero_is_a_value() -> None:
    assert (best([0.0, *UNKNOWN]), worst([0.0, 0.5, *UNKNOWN])) == (0.0, 0.0)
    assert (latest([0.5, 0.0, *UNKNOWN]), average([0.0, 1.0, *UNKNOWN])) == (0.0, 0.5)


def test_of_nothing_there_is_the_default() -> None:
    assert (best(UNKNOWN), best(UNKNOWN, 0.0), worst([], 1.0), latest([], 2.0)) == (None, 0, 1, 2)
    assert average([]) is None


def test_a_loss_is_best_when_lowest() -> None:
    assert (best([0.4, 0.2], lower=True), worst([0.4, 0.2], lower=True)) == (0.2, 0.4)


@given(st.lists(st.floats(0, 1) | st.none(), min_size=1))
def test_the_mean_lies_between_worst_and_best(values: list[float | None]) -> None:
    low, mean, high = worst(values), average(values), best(values)
    if low is None or mean is None or high is None:
        assert all(value is None for value in values)
    else:
        assert low - 5e-5 <= mean <= high + 5e-5


def test_shares_and_roundings_have_four_decimals_and_minutes_two() -> None:
    assert (share(2, 3), share(0, 0), rounded(1 / 3), rounded(None)) == (0.6667, 0.0, 0.3333, None)
    assert (minutes_of(100), minutes_of(0.0), minutes_of(None)) == (1.67, 0.0, None)


@pytest.mark.parametrize("part", [0, 3])
def test_nothing_and_everything_are_zero_and_one(part: int) -> None:
    assert share(part, 3) == part / 3
