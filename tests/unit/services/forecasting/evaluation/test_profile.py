"""Errors by hour, weekday, season, level and step, and the worst windows."""

from collections import defaultdict
from datetime import UTC, datetime
from statistics import fmean
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.forecasting.evaluation.clock_parts import clock_parts
from services.forecasting.evaluation.profile import SEASONS, WEEKDAYS, error_profile
from services.forecasting.evaluation.worst import worst_windows
from tests.support.depth import examples

ZONES = ["UTC", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu"]
START = int(datetime(2024, 3, 30, 12, tzinfo=UTC).timestamp())


@given(st.lists(st.integers(0, 2**31), min_size=1, max_size=8), st.sampled_from(ZONES))
def test_parts_are_those_of_the_wall_clock(instants: list[int], zone: str) -> None:
    parts = clock_parts(instants, zone)
    local = [datetime.fromtimestamp(one, UTC).astimezone(ZoneInfo(zone)) for one in instants]
    assert parts.hour.tolist() == [one.hour for one in local]
    assert parts.weekday.tolist() == [one.weekday() for one in local]
    assert parts.month.tolist() == [one.month for one in local]


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(ZoneInfoNotFoundError):
        clock_parts([0], "Europe/Nowhere")


@settings(max_examples=examples(20))
@given(st.sampled_from(ZONES), st.integers(1, 30), st.integers(1, 6), st.integers(0, 99))
def test_groups_are_those_of_plain_python(zone: str, n: int, steps: int, seed: int) -> None:
    draw = np.random.default_rng(seed)
    truth = draw.normal(20, 5, (n, steps))
    forecast = truth + draw.normal(0, 2, (n, steps))
    references, offsets = START + np.arange(n) * 3_600, np.arange(steps) * 1_800
    profile = error_profile(truth, forecast, references, offsets, zone)
    by_hour: dict[str, list[float]] = defaultdict(list)
    by_day: dict[str, list[float]] = defaultdict(list)
    for i in range(n):
        for k in range(steps):
            instant = datetime.fromtimestamp(int(references[i] + offsets[k]), UTC)
            local = instant.astimezone(ZoneInfo(zone))
            by_hour[str(local.hour)].append(forecast[i, k] - truth[i, k])
            by_day[WEEKDAYS[local.weekday()]].append(forecast[i, k] - truth[i, k])
    for groups, expected in ((profile.hour, by_hour), (profile.weekday, by_day)):
        for group in groups:
            errors = expected[group.key]
            assert group.n == len(errors)
            if not errors:
                assert (group.mae, group.bias, group.rmse, group.wape) == (None,) * 4
                continue
            assert group.mae == pytest.approx(fmean(map(abs, errors)))
            assert group.bias == pytest.approx(fmean(errors))
            assert group.rmse == pytest.approx(fmean(one**2 for one in errors) ** 0.5)
    assert [group.mae for group in profile.step] == [
        pytest.approx(value) for value in np.abs(forecast - truth).mean(axis=0)
    ]


@settings(max_examples=examples(20))
@given(st.lists(st.integers(-3, 3), min_size=1, max_size=40), st.integers(1, 6))
def test_each_way_of_grouping_holds_every_cell_once(values: list[int], bins: int) -> None:
    truth = np.array([values], dtype=float)
    offsets = np.arange(len(values)) * 86_400 * 9
    profile = error_profile(truth, truth + 1, [START], offsets, "UTC", level_bins=bins)
    for groups in (profile.hour, profile.weekday, profile.season, profile.level, profile.step):
        assert sum(group.n for group in groups) == len(values)
    assert len(profile.level) <= bins
    for at, group in enumerate(profile.level):
        is_last = at == len(profile.level) - 1
        inside = [one for one in values if group.low <= one < group.high]
        assert group.n == len(inside) + (is_last and values.count(max(values)))


def test_december_belongs_to_the_season_of_january() -> None:
    days = [datetime(2024, month, 15, tzinfo=UTC).timestamp() for month in (12, 1, 2, 3, 9, 11)]
    rows = np.ones((6, 1))
    season = error_profile(rows, rows, days, [0], "UTC").season
    assert [(group.key, group.n) for group in season] == list(
        zip(SEASONS, (3, 1, 0, 2), strict=True)
    )


def test_a_profile_of_no_window_is_empty() -> None:
    nothing = np.zeros((0, 3))
    profile = error_profile(nothing, nothing, [], [0, 1, 2], "UTC")
    assert {group.n for group in (*profile.hour, *profile.step)} == {0}
    assert profile.level == []


def test_the_worst_windows_come_first_with_their_reference_times() -> None:
    truth = np.zeros((4, 3))
    forecast = np.array([[1, 1, 1], [0, -9, 3], [0, 0, 0], [4, 4, 4]], dtype=float)
    first, second = worst_windows(truth, forecast, [10, 20, 30, 40], 2)
    assert (first.position, first.reference_time, first.mae, first.bias) == (1, 20, 4, -2)
    assert (first.worst_step, first.worst_error) == (1, -9)
    assert (second.position, second.mae) == (3, 4)  # equal: in order of time


def test_a_window_without_a_number_is_no_worst_window() -> None:
    forecast = np.array([[np.nan, 1.0], [2.0, 2.0]])
    rows = worst_windows(np.zeros((2, 2)), forecast, [10, 20])
    assert [row.position for row in rows] == [1]
    assert worst_windows(np.zeros((2, 0)), np.zeros((2, 0)), [1, 2]) == []


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e300])
def test_a_diverged_forecast_leaves_none_where_there_is_no_number(value: float) -> None:
    forecast = np.array([[value, 1.0]])
    steps = error_profile(np.zeros((1, 2)), forecast, [START], [0, 60], "UTC").step
    assert steps[0].rmse is None
    assert (steps[1].mae, steps[1].rmse) == (1, 1)
