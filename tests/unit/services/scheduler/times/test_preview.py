import pytest

from services.scheduler.times.preview import MAX_TIMES, preview
from services.scheduler.times.zones import make_zone
from tests.unit.services.scheduler.times.cases import at, timetable


@pytest.mark.parametrize(
    ("cron", "zone", "start", "expected"),
    [
        ("30 2 * * *", "Europe/Vienna", "2025-03-29T00:00:00Z", [
            ("2025-03-29T02:30:00+01:00", None),
            ("2025-03-30T03:00:00+02:00", "moved"),
            ("2025-03-31T02:30:00+02:00", None),
        ]),
        ("30 2 * * *", "Europe/Vienna", "2025-10-25T12:00:00Z", [
            ("2025-10-26T02:30:00+02:00", "repeated"),
            ("2025-10-27T02:30:00+01:00", None),
        ]),
        ("0 * * * *", "Europe/Vienna", "2025-10-25T23:30:00Z", [
            ("2025-10-26T02:00:00+02:00", "repeated"),
            ("2025-10-26T02:00:00+01:00", "repeated"),
            ("2025-10-26T03:00:00+01:00", None),
        ]),
        ("0 1-3 * * *", "Europe/Vienna", "2025-03-29T12:00:00Z", [
            ("2025-03-30T01:00:00+01:00", None),
            ("2025-03-30T03:00:00+02:00", None),
        ]),
        ("45 1 * * *", "Australia/Lord_Howe", "2020-04-04T00:00:00Z", [
            ("2020-04-05T01:45:00+11:00", "repeated"),
            ("2020-04-06T01:45:00+10:30", None),
        ]),
        ("0 9 * * *", "Pacific/Apia", "2011-12-29T20:00:00Z", [
            ("2011-12-31T00:00:00+14:00", "moved"),
            ("2011-12-31T09:00:00+14:00", None),
        ]),
    ],
)  # fmt: skip
def test_a_preview_marks_what_a_change_of_the_clock_does(cron, zone, start, expected):
    table = timetable({"cron": cron, "timezone": zone})
    times = preview(table, make_zone(zone), at(start), len(expected))
    assert [(one.local.isoformat(), one.change) for one in times] == expected
    assert [one.due for one in times] == [one.local for one in times]
    assert all(one.due.utcoffset().total_seconds() == 0 for one in times)


def test_a_preview_of_an_interval_marks_repeated_times_and_has_an_end():
    table = timetable(
        {"interval_s": 1800, "timezone": "Europe/Vienna", "anchor": "2025-10-26T00:00:00Z"}
    )
    times = preview(table, make_zone("Europe/Vienna"), at("2025-10-25T23:30:00Z"), 10**6)
    assert len(times) == MAX_TIMES
    assert [one.change for one in times[:5]] == ["repeated"] * 4 + [None]
    once = timetable({"run_at": "2026-03-01T00:00:00Z"})
    assert len(preview(once, make_zone("UTC"), at("2026-01-01T00:00:00Z"), 5)) == 1
