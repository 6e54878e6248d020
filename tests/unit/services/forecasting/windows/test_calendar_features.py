"""Calendar columns against zoneinfo, dateutil and the holidays library, and the published run."""

from datetime import UTC, date, timedelta
from zoneinfo import ZoneInfo

import holidays
import numpy as np
import pytest
from dateutil.easter import easter
from hypothesis import given
from hypothesis import strategies as st

from services.forecasting.windows.calendar_features import calendar_columns, cycle_phase
from services.forecasting.windows.errors import InvalidCalendar
from services.forecasting.windows.geometry import ReferenceGrid
from services.forecasting.windows.holiday_dates import (
    easter_sunday,
    holiday_days,
    listed_holidays,
)
from services.forecasting.windows.local_time import known_zone, wall_clock
from services.forecasting.windows.plan import CalendarBlock, CalendarPlan
from tests.factories.window_draws import ZONES
from tests.factories.windows import EPOCH, HOUR, MINUTE, micros

NOW = CalendarBlock(form="current")


def column(plan, *times):
    """Return the only column at some hours, or 15 minutes apart from the first on."""
    grid = ReferenceGrid(start=micros(times[0]), step=HOUR, count=1)
    (only,) = calendar_columns(plan, grid, 1)
    return float(only.windows(np.array([0]))[0, 0])


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        ("2022-12-31 00:00:00", (0.489249, 0.999884, 0.987464, 0.388740, 0.5, 1.0)),
        ("2022-12-31 00:15:00", (0.489339, 0.999886, 0.986402, 0.384187, 0.532702, 0.998929)),
    ],
)
def test_the_published_runs_scaled_features_come_out_again(time, expected):
    plan = CalendarPlan(year=NOW, week=NOW, day=NOW)
    grid = ReferenceGrid(start=micros(time), step=HOUR, count=1)
    values = [c.windows(np.array([0]))[0, 0] for c in calendar_columns(plan, grid, 1)]
    np.testing.assert_allclose([(value + 1) / 2 for value in values], expected, atol=1e-6)


def test_the_published_runs_unscaled_features_come_out_again():
    plan = CalendarPlan(year=NOW, week=NOW, day=NOW)
    grid = ReferenceGrid(start=micros("2025-09-22 07:30:00"), step=HOUR, count=1)
    values = [c.windows(np.array([0]))[0, 0] for c in calendar_columns(plan, grid, 1)]
    expected = (-0.9870, -0.1606, -0.6663, -0.7456, 0.9239, -0.3827)
    np.testing.assert_allclose(values, expected, atol=5e-5)


@given(
    zone=st.sampled_from((*ZONES, "Africa/Casablanca", "Pacific/Apia", "America/Caracas")),
    begin=st.integers(0, 2_000_000_000),
    steps=st.lists(st.integers(1, 40 * 3600), min_size=1, max_size=40),
)
def test_wall_clocks_are_zoneinfos_also_on_days_of_the_change(zone, begin, steps):
    at = (begin + np.cumsum(steps)) * 1_000_000
    clocks = wall_clock(at, ZoneInfo(zone))
    for instant, clock in zip(at.tolist(), clocks.tolist(), strict=True):
        local = (EPOCH + timedelta(microseconds=instant)).astimezone(ZoneInfo(zone))
        shown = local.replace(tzinfo=UTC) - EPOCH
        assert clock == shown // timedelta(microseconds=1)


def test_the_hour_that_comes_twice_has_its_phase_twice_and_the_missing_one_none():
    at = micros("2024-10-26 22:00:00") + HOUR * np.arange(6)
    phase = cycle_phase("day", at, ZoneInfo("Europe/Vienna")) * 24
    np.testing.assert_allclose(phase, [0, 1, 2, 2, 3, 4])
    at = micros("2024-03-30 23:00:00") + HOUR * np.arange(4)
    phase = cycle_phase("day", at, ZoneInfo("Europe/Vienna")) * 24
    np.testing.assert_allclose(phase, [0, 1, 3, 4])


def test_local_years_and_months_are_as_long_as_they_are():
    zone = ZoneInfo("UTC")
    at = np.array([micros("2024-12-31 12:00:00"), micros("2023-12-31 12:00:00")])
    np.testing.assert_allclose(cycle_phase("year", at, zone), [365.5 / 366, 364.5 / 365])
    at = np.array([micros("2024-02-29 12:00:00"), micros("2023-02-28 12:00:00")])
    np.testing.assert_allclose(cycle_phase("month", at, zone), [28.5 / 29, 27.5 / 28])
    monday = np.array([micros("2024-04-01 00:00:00")])
    assert cycle_phase("week", monday, zone) == 0


def test_easter_is_dateutils_for_three_centuries():
    assert [easter_sunday(year) for year in range(1900, 2201)] == [
        easter(year) for year in range(1900, 2201)
    ]


@pytest.mark.parametrize(("land", "code"), [("Österreich", "AT"), ("Deutschland", "DE")])
def test_the_lists_are_the_holidays_librarys_national_ones(land, code):
    for year in range(2018, 2035):
        assert listed_holidays(land, year) == sorted(holidays.country_holidays(code, years=year))


def test_switzerlands_seven_are_among_those_of_its_cantons():
    for year in range(2020, 2031):
        ours = set(listed_holidays("Schweiz", year))
        cantons = holidays.country_holidays("CH", subdiv="BE", years=year)
        assert len(ours) == 7
        assert ours <= set(cantons)


def test_a_subdivision_takes_the_librarys_days_with_sundays():
    days = holiday_days(CalendarPlan(country="Deutschland", subdivision="BY"), 2026, 2026)
    dates = {date(1970, 1, 1) + timedelta(days=int(day)) for day in days}
    assert dates == set(holidays.country_holidays("DE", subdiv="BY", years=2026))
    assert date(2026, 11, 1) in dates  # All Saints, a Sunday
    assert date(2026, 1, 6) in dates  # Epiphany: Bavaria's, in no national list


def test_school_holidays_come_where_the_library_knows_them():
    plan = CalendarPlan(country="DE", subdivision="BY", school=True)
    days = holiday_days(plan, 2024, 2024)
    assert (date(2024, 8, 12) - date(1970, 1, 1)).days in days
    with pytest.raises(InvalidCalendar, match="schulferien"):
        holiday_days(CalendarPlan(country="CH", school=True), 2024, 2024)


def test_closing_days_count_beside_the_holidays_also_on_sundays():
    plan = CalendarPlan(holiday=NOW, closing_days=("2024-12-29", "2024-12-30"))
    assert column(plan, "2024-12-29 10:00:00") == 1
    assert column(plan, "2024-12-30 10:00:00") == 1
    assert column(plan, "2024-12-31 10:00:00") == 0
    assert column(plan, "2024-12-25 10:00:00") == 1


def test_the_local_date_decides_in_the_local_form():
    local = CalendarPlan(zone="Europe/Berlin", holiday=CalendarBlock(form="current", local=True))
    assert column(local, "2024-10-02 22:30:00") == 1
    assert column(CalendarPlan(zone="Europe/Berlin", holiday=NOW), "2024-10-02 22:30:00") == 0


@pytest.mark.parametrize(
    ("plan", "field"),
    [
        (CalendarPlan(country="Atlantis"), "land"),
        (CalendarPlan(country="DE", subdivision="XX"), "region"),
        (CalendarPlan(country="DE", closing_days=("24.12.2024",)), "schliesstage"),
    ],
)
def test_what_no_calendar_knows_is_refused_by_its_name(plan, field):
    with pytest.raises(InvalidCalendar) as refused:
        holiday_days(plan, 2024, 2024)
    assert refused.value.field == field


@pytest.mark.parametrize("zone", ["Europe/Atlantis", "../etc/passwd", "", "/etc/localtime", "x\0y"])
def test_a_zone_that_does_not_exist_is_refused(zone):
    with pytest.raises(InvalidCalendar, match="IANA"):
        known_zone(zone)


def test_a_horizon_of_a_calendar_block_is_its_own():
    plan = CalendarPlan(day=CalendarBlock(horizon_start=0, horizon_end=6))
    grid = ReferenceGrid(start=0, step=15 * MINUTE, count=3)
    sine, _ = calendar_columns(plan, grid, 3)
    expected = np.sin(2 * np.pi * (np.array([0, 3, 6]) + 0.25) / 24)
    np.testing.assert_allclose(sine.windows(np.array([1]))[0], expected)
