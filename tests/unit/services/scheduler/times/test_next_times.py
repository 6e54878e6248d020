from datetime import timedelta
from itertools import islice, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.depth import examples
from tests.unit.services.scheduler.times.cases import at, due, of_kind, said, timetable

EXPRESSIONS = [
    "*/5 * * * *",
    "0 * * * *",
    "30 2 * * *",
    "0 0,2-4 * * *",
    "0 9 * * 1-5",
    "15 */6 L * *",
    "0 3 1,15 * 5",
]
ZONES = [
    "UTC",
    "Europe/Vienna",
    "America/New_York",
    "Australia/Lord_Howe",
    "Antarctica/Troll",
    "Pacific/Apia",
    "Africa/Cairo",
    "Asia/Beirut",
    "America/Asuncion",
    "Africa/Casablanca",
    "Asia/Kathmandu",
]


@of_kind("next")
def test_next_times_are_those_of_the_case(case):
    times = timetable(case).times_after(at(case["start"]))
    assert said(islice(times, len(case["next"]))) == case["next"]


@pytest.mark.parametrize(
    ("cron", "zone", "start", "expected"),
    [
        # two hours are lost, two are repeated
        ("30 1 * * *", "Antarctica/Troll", "2026-03-28T12:00:00Z", ["2026-03-29T01:00:00Z"]),
        ("30 2 * * *", "Antarctica/Troll", "2026-10-24T12:00:00Z", ["2026-10-25T00:30:00Z", "2026-10-26T02:30:00Z"]),
        ("*/30 2 * * *", "Antarctica/Troll", "2026-10-24T12:00:00Z", ["2026-10-25T00:00:00Z", "2026-10-25T00:30:00Z", "2026-10-25T02:00:00Z"]),
        # midnight is lost in Cairo and repeated in Beirut
        ("0 0 * * *", "Africa/Cairo", "2026-04-23T12:00:00Z", ["2026-04-23T22:00:00Z", "2026-04-24T21:00:00Z"]),
        ("30 23 * * *", "Asia/Beirut", "2026-10-24T12:00:00Z", ["2026-10-24T20:30:00Z", "2026-10-25T21:30:00Z"]),
        # the day that Samoa left out, of which only one time is made up, on a wildcard job none
        ("0 9,12 30 12 *", "Pacific/Apia", "2011-01-01T00:00:00Z", ["2011-12-30T10:00:00Z", "2012-12-29T19:00:00Z"]),
        ("0 * 30 12 *", "Pacific/Apia", "2011-01-01T00:00:00Z", ["2012-12-29T10:00:00Z"]),
        # the day that Kwajalein lived twice, 30 September 1969
        ("0 9 30 9 *", "Pacific/Kwajalein", "1969-01-01T00:00:00Z", ["1969-09-29T22:00:00Z", "1970-09-30T21:00:00Z"]),
        # offsets with seconds: Vienna kept its own sun time until 1893
        ("0 12 * * *", "Europe/Vienna", "1892-06-01T00:00:00Z", ["1892-06-01T10:54:39Z"]),
    ],
)  # fmt: skip
def test_clocks_that_change_by_more_or_less_than_an_hour(cron, zone, start, expected):
    assert due(cron, zone, start, len(expected)) == expected


@settings(max_examples=examples(20))
@given(
    cron=st.sampled_from(EXPRESSIONS),
    zone=st.sampled_from(ZONES),
    start=st.datetimes(at("1973-01-01T00:00"), at("2060-01-01T00:00")),
)
def test_next_times_are_later_than_the_start_and_increase(cron, zone, start):
    table = timetable({"cron": cron, "timezone": zone})
    start = at(f"{start.isoformat()}+00:00")
    times = [start, *islice(table.times_after(start), 8)]
    assert all(later - earlier > timedelta(0) for earlier, later in pairwise(times))
    for moment in times[1:]:
        assert moment.second == moment.microsecond == 0
        assert table.next_after(moment - timedelta(microseconds=1)) == moment


@settings(max_examples=examples(10))
@given(
    cron=st.sampled_from(EXPRESSIONS),
    zone=st.sampled_from(ZONES),
    start=st.datetimes(at("1990-01-01T00:00"), at("2040-01-01T00:00")),
    length=st.timedeltas(timedelta(0), timedelta(days=20)),
)
def test_what_is_counted_is_what_comes(cron, zone, start, length):
    table = timetable({"cron": cron, "timezone": zone})
    start = at(f"{start.isoformat()}+00:00")
    times = []
    for moment in table.times_after(start):
        if moment > start + length:
            break
        times.append(moment)
    assert table.count(start, start + length) == len(times)
    assert list(table.newest(3, start, start + length)) == times[-3:]


def test_the_end_of_the_calendar_is_the_end_of_the_times():
    table = timetable({"cron": "0 0 29 2 *", "timezone": "Europe/Vienna"})
    assert said([table.next_after(at("9975-06-01T00:00:00Z"))]) == ["9976-02-28T23:00:00Z"]
    assert list(table.times_after(at("9976-06-01T00:00:00Z"))) == []
    assert table.next_after(at("9999-12-31T23:59:59Z")) is None
    assert table.count(at("9990-06-01T00:00:00Z"), at("9999-12-31T23:59:59Z")) == 0
    assert said([table.next_after(at("0001-01-01T00:00:00Z"))])[0].endswith("02-28T22:54:39Z")
