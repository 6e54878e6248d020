"""Until when an execution has to be over, on the clock of its zone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.scheduler.times.deadlines import deadline_after
from services.scheduler.times.errors import BadZone

BERLIN = "Europe/Berlin"


@pytest.mark.parametrize(
    ("begin", "time_of_day", "expected"),
    [
        ("2026-07-01T00:00", "06:00", "2026-07-01T04:00"),
        ("2026-07-01T04:00", "06:00", "2026-07-02T04:00"),  # begun at that very time
        ("2026-07-01T21:00", "01:00", "2026-07-01T23:00"),  # the next day on that clock
        ("2026-03-29T00:00", "02:30", "2026-03-29T01:00"),  # in the gap: at its end
        ("2026-10-24T22:30", "02:30", "2026-10-25T00:30"),  # twice: the first
    ],
)
def test_it_is_the_next_such_time_on_the_clock_of_the_zone(begin, time_of_day, expected) -> None:
    found = deadline_after(datetime.fromisoformat(f"{begin}+00:00"), time_of_day, BERLIN)
    assert found == datetime.fromisoformat(f"{expected}+00:00")


@given(
    begin=st.datetimes(datetime(2000, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC)),
    hour=st.integers(4, 23),  # no clock of these zones is moved then
    zone=st.sampled_from([BERLIN, "America/New_York", "Asia/Kolkata", "UTC"]),
)
def test_it_is_ahead_by_at_most_a_day_and_shows_that_time(begin, hour, zone) -> None:
    deadline = deadline_after(begin, f"{hour:02}:15", zone)
    assert timedelta() < deadline - begin <= timedelta(hours=25)
    assert deadline.astimezone(ZoneInfo(zone)).strftime("%H:%M") == f"{hour:02}:15"


def test_a_zone_that_does_not_exist_is_named() -> None:
    with pytest.raises(BadZone, match="Mars"):
        deadline_after(datetime(2026, 7, 1, tzinfo=UTC), "06:00", "Mars/Olympus")
