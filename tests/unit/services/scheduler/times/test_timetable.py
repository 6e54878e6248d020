from datetime import date, datetime, timedelta
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.scheduler.times.errors import InvalidTimes
from services.scheduler.times.jitter import Jitter
from services.scheduler.times.parse import (
    MAX_INTERVAL_SECONDS,
    TimesConfig,
    check_fires,
    make_timetable,
)
from services.scheduler.times.zones import make_zone
from tests.support.depth import examples
from tests.unit.services.scheduler.times.cases import START, at, due, of_kind, said, timetable

ANCHOR = at(START)


@of_kind("interval")
def test_times_of_an_interval_are_those_of_the_case(case):
    times = timetable(case).times_after(at(case["start"]))
    assert said(islice(times, len(case["next"]))) == case["next"]


def every(seconds, zone="UTC", anchor=ANCHOR, **others):
    return make_timetable(TimesConfig(interval_s=seconds, timezone=zone, **others), anchor)


@settings(max_examples=examples(20))
@given(
    seconds=st.integers(15, 10**6),
    zone=st.sampled_from(["UTC", "Europe/Vienna", "Pacific/Apia", "America/Sao_Paulo"]),
    start=st.datetimes(at("2010-06-01T00:00"), at("2013-01-01T00:00")),
    length=st.timedeltas(timedelta(0), timedelta(days=3)),
    day=st.dates(date(2010, 6, 1), date(2013, 1, 1)),
)
def test_an_interval_stays_on_the_grid_of_its_anchor(seconds, zone, start, length, day):
    start = at(f"{start.isoformat()}+00:00")
    anchor = at("2011-01-01T00:00:00Z")
    table = every(seconds, zone, anchor, exclude=(day, start.date() + timedelta(1)))
    times = []
    for moment in table.times_after(start):
        if moment > start + length or len(times) == 500:
            break
        times.append(moment)
    for moment in times:
        assert moment > start
        assert moment >= anchor
        assert (moment - anchor).total_seconds() % seconds == 0
        local = moment.astimezone(table.cadence.zone.info).date()
        assert local not in (day, start.date() + timedelta(1))
    if len(times) < 500:
        assert table.count(start, start + length) == len(times)


def test_excluded_days_are_those_of_the_zone():
    excluded = [date(2026, 12, 25), date(2026, 12, 26)]
    assert due("0 0 * * *", "Europe/Vienna", "2026-12-23T12:00:00Z", 3, exclude=excluded) == [
        "2026-12-23T23:00:00Z",
        "2026-12-26T23:00:00Z",
        "2026-12-27T23:00:00Z",
    ]
    table = every(43200, "Europe/Vienna", at("2026-12-23T23:30:00Z"), exclude=excluded)
    assert said(islice(table.times_after(ANCHOR), 3)) == [
        "2026-12-23T23:30:00Z",
        "2026-12-24T11:30:00Z",
        "2026-12-26T23:30:00Z",
    ]


def test_what_a_gap_moves_to_an_excluded_day_or_from_one_is_not_due():
    zone, start = "Pacific/Apia", "2011-12-29T20:00:00Z"
    moved, usual = "2011-12-30T10:00:00Z", "2011-12-30T19:00:00Z"
    assert due("0 9 * * *", zone, start, 2) == [moved, usual]
    assert due("0 9 * * *", zone, start, 1, exclude=[date(2011, 12, 30)]) == [usual]
    following = due("0 9 * * *", zone, start, 1, exclude=[date(2011, 12, 31)])
    assert following == ["2011-12-31T19:00:00Z"]


def test_begin_and_end_are_themselves_due():
    table = make_timetable(
        TimesConfig(
            cron="0 * * * *",
            starts_at=at("2026-01-01T10:00:00Z"),
            ends_at=at("2026-01-01T12:00:00Z"),
        ),
        ANCHOR,
    )
    hours = ["2026-01-01T10:00:00Z", "2026-01-01T11:00:00Z", "2026-01-01T12:00:00Z"]
    assert said(table.times_after(ANCHOR)) == hours
    assert said(table.times_after(at(hours[0]))) == hours[1:]
    assert table.count(ANCHOR, at("2027-01-01T00:00:00Z")) == 3
    assert said(table.newest(2, ANCHOR, at("2027-01-01T00:00:00Z"))) == hours[1:]
    assert table.count(at("2026-02-01T00:00:00Z"), at("2027-01-01T00:00:00Z")) == 0


def test_an_interval_with_a_begin_has_its_grid():
    table = every(3600, starts_at=at("2026-01-01T10:20:00Z"))
    assert said(islice(table.times_after(ANCHOR), 2)) == [
        "2026-01-01T10:20:00Z",
        "2026-01-01T11:20:00Z",
    ]


def test_a_long_interval_ends_with_the_calendar():
    table = every(MAX_INTERVAL_SECONDS, "Pacific/Kiritimati", at("9960-01-01T00:00:00Z"))
    assert len(list(table.times_after(ANCHOR))) == 2
    assert table.next_after(at("9978-12-31T00:00:00Z")) is None


def test_once_is_once():
    table = make_timetable(TimesConfig(run_at=at("2026-05-01T10:00:00+02:00")), ANCHOR)
    assert said(table.times_after(ANCHOR)) == ["2026-05-01T08:00:00Z"]
    assert table.next_after(at("2026-05-01T08:00:00Z")) is None
    assert table.count(ANCHOR, at("2026-05-01T08:00:00Z")) == 1
    assert check_fires(table, ANCHOR) == at("2026-05-01T08:00:00Z")


MAY = at("2026-05-01T10:00:00Z")


@pytest.mark.parametrize(
    ("config", "field", "advice"),
    [
        (TimesConfig(), "cron", "one of cron, interval_s and run_at"),
        (TimesConfig(cron="@daily", interval_s=60), "cron", "not two"),
        (TimesConfig(cron="@daily", starts_at=MAY, ends_at=ANCHOR), "ends_at", "before starts_at"),
        (TimesConfig(run_at=MAY, exclude=[MAY.date()]), "exclude", "day of run_at"),
        (TimesConfig(cron="@daily", exclude=[date.fromordinal(n) for n in range(1, 1002)]), "exclude", "1000"),
        (TimesConfig(interval_s="1h"), "interval_s", "3600"),
        (TimesConfig(run_at=at("9999-12-31T23:59:59Z")), "run_at", "between 1900 and 9978"),
        (TimesConfig(cron="@daily", starts_at=at("0001-01-01T00:00:00+14:00")), "starts_at", "1900"),
        (TimesConfig(cron="@daily", ends_at=at("9979-01-01T00:00:00Z")), "ends_at", "9978"),
    ],
)  # fmt: skip
def test_fields_that_contradict_each_other_are_refused(config, field, advice):
    with pytest.raises(InvalidTimes) as caught:
        make_timetable(config, ANCHOR)
    assert list(caught.value.errors) == [field]
    assert advice in caught.value.detail


@pytest.mark.parametrize(
    ("config", "field"),
    [
        (TimesConfig(run_at=ANCHOR), "run_at"),
        (TimesConfig(cron="0 0 29 2 *", ends_at=MAY), "ends_at"),
        (
            TimesConfig(interval_s=86400, ends_at=MAY, exclude=[MAY.date()], starts_at=MAY),
            "ends_at",
        ),
    ],
)
def test_a_schedule_that_has_no_time_left_is_refused_when_it_is_saved(config, field):
    with pytest.raises(InvalidTimes) as caught:
        check_fires(make_timetable(config, ANCHOR), ANCHOR)
    assert (caught.value.code, list(caught.value.errors)) == ("never_fires", [field])


def test_moments_of_any_zone_are_the_same_moments():
    """Two datetimes of one zone are compared by its wall clock, a repeated hour away from UTC."""
    vienna = make_zone("Europe/Vienna").info
    table = timetable({"cron": "*/15 * * * *", "timezone": "Europe/Vienna"})
    start, end = at("2025-10-25T23:50:00Z"), at("2025-10-26T01:50:00Z")
    local = [moment.astimezone(vienna) for moment in (start, end)]
    assert table.count(*local) == table.count(start, end) == 8
    assert table.newest(9, *local) == table.newest(9, start, end)
    assert table.next_after(local[0]) == table.next_after(start)
    due = Jitter("7", 3600).due_at(at("2025-10-26T00:30:00Z"))
    assert Jitter("7", 3600).due_at(at("2025-10-26T00:30:00Z").astimezone(vienna)) == due


def test_a_moment_without_a_zone_is_no_moment():
    table = timetable({"cron": "@daily"})
    for use in (table.next_after, Jitter("7").due_at, lambda it: table.count(it, ANCHOR)):
        with pytest.raises(ValueError, match="time zone"):
            use(datetime(2026, 1, 1))
