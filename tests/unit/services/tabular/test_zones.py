"""The wall clock of a place goes to UTC and back, also over the changes of the clock."""

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.tabular.zones import FoldState, to_utc

ZONES = ("Europe/Vienna", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "+05:30")
UTC = dt.UTC


def wall(times: np.ndarray, zone: str) -> np.ndarray:
    """Return what clocks show, by the standard library."""
    if zone[0] == "+":
        return times + 330 * 60 * 10**6
    place = ZoneInfo(zone)
    epoch = dt.datetime(1970, 1, 1, tzinfo=UTC)
    offsets = [
        (epoch + dt.timedelta(microseconds=int(time))).astimezone(place).utcoffset()
        for time in times
    ]
    return times + np.array([round(offset.total_seconds() * 1e6) for offset in offsets])


@given(
    zone=st.sampled_from(ZONES),
    start=st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2030, 1, 1)),
    change=st.sampled_from([(3, 30), (4, 6), (10, 5), (10, 26), (11, 2)]),
    descending=st.booleans(),
    cut=st.integers(0, 400),
)
def test_local_times_in_file_order_go_back_to_utc(
    zone: str, start: dt.datetime, change: tuple[int, int], descending: bool, cut: int
) -> None:
    first = start.replace(month=change[0], day=change[1], minute=0, second=0, microsecond=0)
    begin = round((first.replace(tzinfo=UTC) - dt.datetime(1970, 1, 1, tzinfo=UTC)).total_seconds())
    times = (begin + np.arange(400) * 900) * 10**6
    if descending:
        found = to_utc(wall(times[::-1], zone), zone)
        assert (found.times == times[::-1]).all()
        return
    # a block may end anywhere, also in the hour that comes twice
    local, state = wall(times, zone), FoldState()
    parts = [to_utc(part, zone, state).times for part in (local[:cut], local[cut:])]
    assert (np.concatenate(parts) == times).all()


@pytest.mark.parametrize(
    ("text", "is_missing"), [("01:45", 0), ("02:00", 1), ("02:59", 1), ("03:00", 0)]
)
def test_the_hour_that_is_left_out_is_marked(text: str, is_missing: int) -> None:
    local = np.array([np.datetime64(f"2024-03-31T{text}", "us").astype(np.int64)])
    assert to_utc(local, "Europe/Berlin").missing[0] == is_missing
