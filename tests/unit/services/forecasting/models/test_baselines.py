"""Naive forecasts: what they may know, and what they say."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.forecasting.models.baselines import (
    BaselineWindows,
    baseline_grid,
    filled_forward,
    naive_forecast,
    seasonal_naive_forecast,
)


def at(*known, gap=1, steps=3):
    places = np.array(known)
    return BaselineWindows(known=places, first=places + gap, steps=steps)


def test_naive_repeats_the_newest_known_value():
    forecast = naive_forecast(np.arange(10.0), at(4, 7))
    assert forecast.tolist() == [[4, 4, 4], [7, 7, 7]]


def test_naive_bridges_a_gap_with_the_value_before_it():
    assert naive_forecast(np.array([1.0, 2.0, np.nan, 9.0]), at(2)).tolist() == [[2, 2, 2]]


def test_nothing_is_known_before_the_series():
    assert np.isnan(naive_forecast(np.arange(5.0), at(-1))).all()
    assert np.isnan(seasonal_naive_forecast(np.arange(5.0), at(1), 4)[0]).tolist() == [
        True, True, False,
    ]  # fmt: skip


def test_seasonal_naive_takes_the_same_place_of_the_season():
    forecast = seasonal_naive_forecast(np.arange(20.0), at(9, steps=6), 4)
    assert forecast.tolist() == [[6, 7, 8, 9, 6, 7]]


def test_seasonal_naive_goes_back_a_season_where_a_value_is_missing():
    values = np.arange(12.0)
    values[5] = np.nan
    assert seasonal_naive_forecast(values, at(7, steps=4), 4).tolist() == [[4, 1, 6, 7]]


@given(st.integers(1, 7), st.integers(1, 5), st.integers(0, 30), st.integers(1, 9))
def test_seasonal_naive_is_exact_on_a_periodic_series_and_uses_nothing_later(
    period, gap, known, steps
):
    values = np.resize(np.arange(float(period)), 60)
    places = at(known + period, gap=gap, steps=steps)
    truth = values[places.first[0] + np.arange(steps)]
    later = values.copy()
    later[places.known[0] + 1 :] = np.nan
    assert seasonal_naive_forecast(later, places, period)[0].tolist() == truth.tolist()


def test_a_window_that_is_known_is_no_forecast():
    with pytest.raises(ValueError, match="known already"):
        at(3, gap=0)


def test_a_period_below_one_is_refused():
    with pytest.raises(ValueError, match="at least 1"):
        seasonal_naive_forecast(np.arange(3.0), at(1), 0)


@given(st.lists(st.one_of(st.just(np.nan), st.floats(-5, 5)), min_size=1))
def test_filling_keeps_values_and_never_looks_ahead(values):
    series = np.array(values)
    filled = filled_forward(series)
    last = np.nan
    for value, one in zip(series, filled, strict=True):
        last = last if np.isnan(value) else value
        assert one == last or (np.isnan(one) and np.isnan(last))


HOUR, QUARTER = 3600, 900


def test_the_grid_holds_windows_that_begin_more_often_than_their_points_follow():
    references = np.arange(6) * QUARTER + 10 * HOUR
    grid = baseline_grid(references, begin=100, horizon_start=0, spacing=HOUR, steps=3)
    assert (grid.step, grid.start, grid.windows.spacing) == (QUARTER, 900, 4)
    assert (grid.start + grid.windows.first * QUARTER).tolist() == references.tolist()
    # a point of the window is not known, though it is at the reference time
    assert (grid.windows.first - grid.windows.known).tolist() == [1] * 6


def test_a_window_of_the_past_knows_nothing_of_itself():
    references = np.array([10, 11]) * HOUR
    grid = baseline_grid(references, begin=0, horizon_start=-HOUR, spacing=QUARTER, steps=5)
    assert (grid.windows.known < grid.windows.first).all()


def test_a_window_that_begins_later_knows_the_reference_time():
    grid = baseline_grid(
        np.array([10 * HOUR]), begin=0, horizon_start=24 * HOUR, spacing=HOUR, steps=2
    )
    assert grid.windows.ahead().tolist() == [[24, 25]]


def test_a_single_point_takes_the_distance_of_the_samples():
    grid = baseline_grid(np.arange(4) * HOUR, begin=0, horizon_start=HOUR, spacing=0, steps=1)
    assert (grid.step, grid.windows.spacing) == (HOUR, 1)


def test_a_series_is_sampled_from_its_past_alone():
    grid = baseline_grid(np.arange(4) * HOUR, begin=0, horizon_start=HOUR, spacing=HOUR, steps=2)
    times = np.array([5, 59, 61, 240]) * 60
    values = grid.sample(times, np.array([1.0, 2.0, 3.0, 4.0]))
    # at 0 nothing has come yet; 61 min is over by 3 h, an hour later
    np.testing.assert_array_equal(values, [np.nan, 2.0, 3.0, np.nan, 4.0])
    assert len(grid.sample(times[:0], np.empty(0))) == 0


def test_points_between_rows_are_interpolated_and_known_with_the_row_after_them():
    days = np.array([0, 1, 2, 3, 5, 6]) * 24 * HOUR  # the fifth is missing
    grid = baseline_grid(
        np.arange(2) * 24 * HOUR + 23 * HOUR,
        begin=0,
        horizon_start=24 * HOUR,
        spacing=24 * HOUR,
        steps=2,
    )
    assert grid.wait(days) == HOUR
    values = grid.interpolated(days, np.array([0.0, 24.0, 48.0, 72.0, 120.0, 144.0]))
    np.testing.assert_array_equal(values, [23.0, 47.0, 71.0, np.nan, np.nan, 143.0])
    assert grid.wait(days + 23 * HOUR) == 0  # rows lie on the grid
    assert grid.wait(days[:1]) == 0


@given(st.integers(1, 6), st.integers(0, 8), st.integers(1, 4), st.integers(1, 5))
def test_forecasts_on_the_grid_are_those_by_the_clock(stride, start, spacing, steps):
    references = np.arange(8, 30, stride) * QUARTER
    times = np.arange(0, 80) * QUARTER
    series = np.sin(np.arange(80.0))
    grid = baseline_grid(
        references, begin=0, horizon_start=start * QUARTER, spacing=spacing * QUARTER, steps=steps
    )
    forecast = naive_forecast(grid.sample(times, series), grid.windows)
    for row, reference in zip(forecast, references, strict=True):
        first = reference + start * QUARTER
        allowed = times[(times <= reference) & (times < first)]
        newest = allowed[(allowed - grid.start) % grid.step == 0][-1]
        assert row.tolist() == [series[newest // QUARTER]] * steps
