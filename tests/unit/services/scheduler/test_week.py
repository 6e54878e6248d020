"""The coming week by the hour: what is added up equals what the due times themselves say."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest

from services.scheduler.times.moments import instant_of, moment_of
from services.scheduler.times.zones import make_zone
from services.scheduler.week.calendar import coming_days
from services.scheduler.week.planned import planned
from services.scheduler.week.read import _by_hour, _counts, _slots

SPRING, AUTUMN = datetime(2027, 3, 25, 9, 7, tzinfo=UTC), datetime(2026, 10, 22, 9, 7, tzinfo=UTC)
CADENCES = [
    {"cron": "30 2 * * *"},
    {"cron": "30 2 * * *", "timezone": "America/New_York"},
    {"cron": "*/10 2-3 * * *", "timezone": "Europe/Berlin"},
    {"cron": "15 1-3 * * 0", "timezone": "Europe/Berlin"},
    {"cron": "*/4 * * * *", "timezone": "Asia/Kathmandu"},
    {"cron": "5,50 */2 * * 1-5", "timezone": "Australia/Lord_Howe"},
    {"cron": "0 4 * * *", "exclude": ["2026-10-24", "2027-03-28"], "timezone": "Europe/Berlin"},
    {"interval_s": 700},
    {"interval_s": 5400},
    {"interval_s": 400, "exclude": ["2026-10-25", "2027-03-28"], "timezone": "Europe/Berlin"},
    {"interval_s": 7 * 3600, "starts_at": datetime(2026, 1, 1, tzinfo=UTC)},
    {"run_at": AUTUMN + timedelta(days=1, minutes=3)},
]


def row(**values):
    default = {"id": 1, "state": "active", "cron": None, "interval_s": None, "run_at": None}
    return SimpleNamespace(
        **default
        | {"timezone": "UTC", "starts_at": None, "ends_at": None, "exclude": []}
        | {"next_run_at": None, "pause_until": None}
        | {"created_at": datetime(2026, 1, 1, 0, 0, 7, tzinfo=UTC)}
        | values
    )


def counted(rows, at, zone):
    days = coming_days(make_zone(zone), instant_of(at))
    slots = _slots(days)
    return days, _by_hour(days, slots, _counts(rows, at, slots))


def listed(one, at, days):
    """Return the same by listing each due time."""
    times = [[0 for _ in day.hours] for day in days]
    plan = planned(one, at, moment_of(days[-1].end))
    if plan is None:
        return times
    for due in plan.timetable().times_after(plan.since - timedelta(microseconds=1)):
        instant = instant_of(due)
        if instant >= days[-1].end:
            break
        for number, day in enumerate(days):
            for place, hour in enumerate(day.hours):
                times[number][place] += hour.begin <= instant < hour.end
    return times


@pytest.mark.parametrize("at", [SPRING, AUTUMN], ids=["spring", "autumn"])
@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
@pytest.mark.parametrize("values", CADENCES, ids=str)
def test_each_hour_has_as_many_as_are_listed(values, zone, at):
    one = row(**values)
    days, counts = counted([one], at, zone)
    assert counts == listed(one, at, days)


@pytest.mark.parametrize(
    "values",
    [
        {"pause_until": AUTUMN + timedelta(days=2, minutes=20), "state": "paused"},
        {"ends_at": AUTUMN + timedelta(days=3, minutes=44)},
        {"starts_at": AUTUMN + timedelta(days=1, minutes=1), "ends_at": AUTUMN + timedelta(days=2)},
        {"starts_at": AUTUMN + timedelta(days=30)},
        {"ends_at": AUTUMN - timedelta(days=1)},
        {"state": "cooling_off", "next_run_at": AUTUMN + timedelta(hours=5)},
    ],
    ids=str,
)
def test_a_begin_an_end_and_a_pause_are_kept_to_the_minute(values):
    one = row(cron="*/7 * * * *", **values)
    days, counts = counted([one], AUTUMN, "Europe/Berlin")
    assert counts == listed(one, AUTUMN, days)


def test_equal_cadences_count_as_often_as_they_are_there():
    one = row(cron="0 * * * *")
    days, counts = counted([one] * 3, AUTUMN, "UTC")
    assert sum(map(sum, counts)) == 3 * sum(map(sum, listed(one, AUTUMN, days)))


def test_a_day_on_which_the_clock_goes_back_has_25_hours():
    days = coming_days(make_zone("Europe/Berlin"), instant_of(AUTUMN))
    assert [len(day.hours) for day in days] == [24, 24, 24, 25, 24, 24, 24]
    assert days[3].day == date(2026, 10, 25)
    assert [one.hour for one in days[3].hours if one.is_repeated] == [2]


def test_a_day_on_which_the_clock_goes_forward_has_23_hours():
    days = coming_days(make_zone("Europe/Berlin"), instant_of(SPRING))
    assert 2 not in [one.hour for one in days[3].hours]
    assert (days[3].end - days[3].begin) == 23 * 3600
