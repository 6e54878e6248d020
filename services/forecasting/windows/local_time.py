"""Wall clocks for arrays of instants: ``zoneinfo`` answers only one instant at a time."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from services.forecasting.windows.errors import InvalidCalendar
from services.forecasting.windows.geometry import Instants

SECOND_US = 1_000_000
DAY_US = 86_400 * SECOND_US
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def known_zone(name: str) -> ZoneInfo:
    """Return a time zone by its IANA name; raise InvalidCalendar if there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
        right = "an IANA time zone such as Europe/Vienna or UTC"
        raise InvalidCalendar("zeitzone", name, right) from unknown


def wall_clock(at: Instants, zone: ZoneInfo) -> Instants:
    """Return what clocks in the zone show, as microseconds since 1970 of that clock."""
    if not at.size:
        return at
    starts, offsets = _offsets(zone, int(at.min()), int(at.max()))
    return at + offsets[np.searchsorted(starts, at, side="right") - 1]


def _offsets(zone: ZoneInfo, first: int, last: int) -> tuple[Instants, Instants]:
    """Return from when on which offset to UTC holds, found day by day and then to the second."""
    starts, offsets = [first // SECOND_US * SECOND_US], [_offset(zone, first)]
    day = first // DAY_US * DAY_US + DAY_US
    while day <= last + DAY_US:
        now = _offset(zone, day)
        if now != offsets[-1]:
            starts.append(_change(zone, max(day - DAY_US, starts[-1]), day))
            offsets.append(now)
        day += DAY_US
    return np.array(starts, dtype=np.int64), np.array(offsets, dtype=np.int64)


def _change(zone: ZoneInfo, before: int, after: int) -> int:
    """Return the first second between two instants at which the later offset holds."""
    old = _offset(zone, before)
    low, high = before // SECOND_US, after // SECOND_US
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(zone, middle * SECOND_US) == old:
            low = middle
        else:
            high = middle
    return high * SECOND_US


def _offset(zone: ZoneInfo, at: int) -> int:
    moment = (_EPOCH + timedelta(microseconds=at)).astimezone(zone)
    offset = moment.utcoffset() or timedelta()
    return offset // timedelta(microseconds=1)
