"""Numbers of which some are unknown."""

import math

import pytest

from services.runs.results.domain.aggregation import best, minutes_of, rounded, share

UNKNOWN = [None, math.nan, math.inf]


def test_unknown_values_win_nothing_and_zero_is_a_value() -> None:
    assert best([0.0, *UNKNOWN]) == 0.0
    assert best([0.4, 0.2], lower=True) == 0.2


def test_of_nothing_there_is_the_default() -> None:
    assert (best(UNKNOWN), best(UNKNOWN, 0.0), best([], 1.0)) == (None, 0, 1)


def test_shares_and_roundings_have_four_decimals_and_minutes_two() -> None:
    assert (share(2, 3), share(0, 0), rounded(1 / 3), rounded(None)) == (0.6667, 0.0, 0.3333, None)
    assert (minutes_of(100), minutes_of(0.0), minutes_of(None)) == (1.67, 0.0, None)


def test_zero_has_no_sign() -> None:
    assert [str(rounded(value)) for value in (-0.0, -0.00001)] == ["0.0", "0.0"]


@pytest.mark.parametrize("part", [0, 3])
def test_nothing_and_everything_are_zero_and_one(part: int) -> None:
    assert share(part, 3) == part / 3
