"""Wall clocks for arrays of instants: ``zoneinfo`` answers only one instant at a time."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
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
    ends = np.array([at.min(), at.max()]).astype("datetime64[us]").astype("datetime64[Y]")
    years = np.arange(ends[0], ends[1] + 1)
    pieces = [_offsets(zone, int(year)) for year in years.astype(int)]
    starts, offsets = (np.concatenate(one) for one in zip(*pieces, strict=True))
    return np.asarray(at + offsets[np.searchsorted(starts, at, side="right") - 1])


@lru_cache(maxsize=4096)
def _offsets(zone: ZoneInfo, year: int) -> tuple[Instants, Instants]:
    """Return from when on which offset to UTC holds in a year (0 is 1970).

    Looked up day by day and then to the second; the answer depends on its arguments alone.
    """
    edges = np.array([year, year + 1]).astype("datetime64[Y]").astype("datetime64[us]").astype(int)
    day, end = int(edges[0]), int(edges[1])
    starts, offsets = [day], [_offset(zone, day)]
    while day < end:
        day += DAY_US
        now = _offset(zone, day)
        if now != offsets[-1]:
            starts.append(_change(zone, day - DAY_US, day))
            offsets.append(now)
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
