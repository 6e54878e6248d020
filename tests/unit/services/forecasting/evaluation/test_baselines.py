"""Naive forecasts against plain Python, and that they see nothing of what they forecast."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.forecasting.evaluation.baselines import (
    MeasuredSeries,
    choose_season,
    naive,
    season_candidates,
    seasonal_naive,
)
from tests.support.depth import examples

HOUR = 3_600


def by_hand(points: dict[int, float], reference: int, offsets: list[int], season: int) -> list:
    """Return the seasonal naive forecast of one window, one point at a time."""
    known = {
        time: value
        for time, value in points.items()
        if time <= reference and time < reference + min(offsets)
    }
    row = []
    for offset in offsets:
        lagged = reference + offset - season
        while lagged > reference or lagged >= reference + min(offsets):
            lagged -= season
        before = [time for time in known if time <= lagged]
        after = [time for time in known if time > lagged]
        if not before:
            row.append(math.nan)
        elif not after:
            row.append(known[max(before)])
        else:
            low, high = max(before), min(after)
            share = Fraction(lagged - low, high - low)
            row.append(known[low] + float(share) * (known[high] - known[low]))
    return row


times = st.integers(0, 40).map(lambda at: at * 600)
series = st.dictionaries(times, st.integers(-9, 9).map(float), max_size=25)
offset_lists = st.one_of(
    [
        st.lists(st.integers(low, 12).map(lambda at: at * 600), min_size=1, max_size=6)
        for low in (-6, 0, 1)
    ]
)


@given(series, st.lists(times, min_size=1, max_size=4), offset_lists, st.integers(1, 9))
def test_seasonal_naive_is_that_of_plain_python(
    points: dict[int, float], references: list[int], offsets: list[int], season: int
) -> None:
    raw = MeasuredSeries(times=list(points), values=list(points.values()))
    rows = seasonal_naive(raw, references, offsets, season * 700)
    expected = [by_hand(points, one, offsets, season * 700) for one in references]
    np.testing.assert_allclose(rows, expected, rtol=1e-12, atol=1e-12)


@given(series, times, offset_lists)
def test_naive_repeats_the_last_value_that_is_known(
    points: dict[int, float], reference: int, offsets: list[int]
) -> None:
    raw = MeasuredSeries(times=list(points), values=list(points.values()))
    known = [one for one in points if one <= reference and one < reference + min(offsets)]
    last = points[max(known)] if known else math.nan
    np.testing.assert_array_equal(naive(raw, [reference], offsets), [[last] * len(offsets)])


@settings(max_examples=examples(30))
@given(series, times, offset_lists, st.integers(1, 9))
def test_what_is_not_known_yet_changes_nothing(
    points: dict[int, float], reference: int, offsets: list[int], season: int
) -> None:
    first = reference + min(offsets)
    later = {time: 1e6 if time > reference or time >= first else points[time] for time in points}
    for of in (points, later):
        raw = MeasuredSeries(times=list(of), values=list(of.values()))
        rows = (
            naive(raw, [reference], offsets),
            seasonal_naive(raw, [reference], offsets, season * 700),
        )
        assert not any((row == 1e6).any() for row in rows)
        if of is points:
            expected = rows
    np.testing.assert_array_equal(rows, expected)


def test_a_window_of_a_whole_day_takes_its_last_point_from_two_days_ago() -> None:
    raw = MeasuredSeries(times=np.arange(72) * HOUR, values=np.arange(72.0))
    row = seasonal_naive(raw, [48 * HOUR], np.arange(25) * HOUR, 24 * HOUR)[0]
    assert row.tolist() == [*range(24, 48), 24.0]


def test_unsorted_rows_and_missing_values_are_no_trouble() -> None:
    raw = MeasuredSeries(times=[7_200, 0, 3_600], values=[math.nan, 1.0, 2.0])
    assert naive(raw, [7_200], [3_600, 7_200]).tolist() == [[2.0, 2.0]]


def test_steps_of_a_fraction_of_a_second_are_kept() -> None:
    raw = MeasuredSeries(times=np.array([0.0, 0.25, 0.5]), values=[1.0, 2.0, 3.0])
    assert seasonal_naive(raw, [0.5], [0.25, 0.5], 0.5).tolist() == [[2.0, 3.0]]


@pytest.mark.parametrize(
    ("minutes", "seasons"),
    [
        (15, [96, 672]),
        (60, [24, 168]),
        (720, [2, 14]),
        (1_440, [7, 365]),
        (7, [1_440]),
        (10_080, [52]),
        (43_830, [12]),
        (525_960, []),
    ],
)
def test_the_step_width_suggests_day_week_and_year(minutes: float, seasons: list[int]) -> None:
    assert season_candidates(minutes) == seasons


def test_the_season_that_repeats_best_is_chosen() -> None:
    hours = np.arange(24 * 28)
    daily = np.sin(hours * 2 * np.pi / 24) + 0.01 * np.cos(hours)
    weekly = daily + 5.0 * (hours // 24 % 7 >= 5)
    assert choose_season(daily, 60) == 24
    assert choose_season(weekly, 60) == 168
    assert choose_season(weekly[: 24 * 13], 60) == 24  # a week is not there twice
    assert choose_season(weekly[:30], 60) == 1


def test_a_season_without_length_is_refused() -> None:
    with pytest.raises(ValueError, match="season_seconds is 0"):
        seasonal_naive(MeasuredSeries(times=[0], values=[1.0]), [0], [60], 0)


def test_a_season_of_which_no_pair_is_known_is_not_chosen():
    wave = np.tile(np.arange(24.0), 20)
    wave += np.random.default_rng(1).normal(size=len(wave))
    wave[:380] = math.nan  # what is left holds a day twice, and no week
    assert choose_season(wave, 60) == 24
