"""Days are dates: which are requested next, which of them had no searches, and when a day ends."""

from datetime import UTC, date, datetime, timedelta

import pytest

from services.connections.clients import pacific
from services.connections.clients.bing import day_of
from services.connections.clients.days import HISTORY_DAYS, Day, next_window, without_gaps
from services.scheduler.codes.errors import BadData

TODAY = date(2026, 3, 20)


def day(number, impressions=10, *, provisional=False):
    return Day(
        day=date(2026, 3, number), clicks=0, impressions=impressions, provisional=provisional
    )


def test_the_first_request_goes_back_sixteen_months_and_ends_yesterday():
    window = next_window((), TODAY)
    assert (window.first, window.last) == (TODAY - timedelta(days=HISTORY_DAYS), date(2026, 3, 19))
    assert window.is_first


@pytest.mark.parametrize(
    ("stored", "first"),
    [
        ([day(n) for n in range(1, 18)], 15),  # the last three
        ([day(n, provisional=n > 12) for n in range(1, 18)], 12),  # what may change
        ([day(n, 10 if n < 8 else 0) for n in range(1, 18)], 7),  # zeros that may be none
        ([day(n, 0) for n in range(4, 18)], 4),
        ([day(17)], 17),
    ],
)
def test_the_next_request_overlaps_with_what_may_change(stored, first):
    window = next_window(stored, TODAY)
    assert (window.first, window.last) == (date(2026, 3, first), date(2026, 3, 19))
    assert not window.is_first


def test_a_missing_day_is_zero_without_a_position_and_none_is_made_up_outside():
    filled = without_gaps([day(5), day(3)], date(2026, 3, 2), date(2026, 3, 6))
    assert [(one.day.day, one.impressions) for one in filled] == [
        (2, 0),
        (3, 10),
        (4, 0),
        (5, 10),
        (6, 0),
    ]
    assert {one.position for one in filled} == {None}
    assert filled[0].ctr is None
    assert without_gaps([], None, None) == []


def test_a_day_of_the_pacific_coast_ends_at_its_midnight_also_when_clocks_change():
    assert pacific.today(datetime(2026, 3, 8, 7, 59, tzinfo=UTC)) == date(2026, 3, 7)
    assert pacific.today(datetime(2026, 3, 9, 6, 59, tzinfo=UTC)) == date(2026, 3, 8)
    assert pacific.next_midnight(datetime(2026, 3, 8, 12, tzinfo=UTC)) == datetime(
        2026, 3, 9, 7, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("stamp", "expected"),
    [
        ("/Date(1316156400000-0700)/", date(2011, 9, 16)),
        ("/Date(1700179200000)/", date(2023, 11, 17)),
        ("/Date(1772352000000-0800)/", date(2026, 3, 1)),
        ("/Date(-62135596800000)/", None),
    ],
)
def test_a_stamp_of_bing_is_a_day_in_its_own_offset(stamp, expected):
    assert day_of(stamp) == expected


@pytest.mark.parametrize("stamp", [None, 5, "2026-03-01", "/Date()/", "/Date(9999999999999999)/"])
def test_what_is_no_stamp_is_bad_data(stamp):
    with pytest.raises(BadData):
        day_of(stamp)
