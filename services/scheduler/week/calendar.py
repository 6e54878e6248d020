"""The hours of the coming days as the clock of a zone shows them; some days have 23 or 25."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from services.scheduler.times.days import EPOCH_DAY
from services.scheduler.times.zones import DAY, Zone

HOUR = 3600
DAYS = 7


@dataclass(frozen=True, kw_only=True)
class WallHour:
    """From ``begin`` to before ``end`` the clock shows ``hour``, perhaps for the second time."""

    hour: int
    begin: int
    end: int
    is_repeated: bool


@dataclass(frozen=True, kw_only=True)
class WallDay:
    """A day of the calendar and its hours, in their order."""

    day: date
    begin: int
    end: int
    hours: Sequence[WallHour]


def coming_days(zone: Zone, instant: int) -> Sequence[WallDay]:
    """Return the day that holds an instant and the six after it."""
    today = zone.local_date(instant)
    return [_day(zone, today + timedelta(number)) for number in range(DAYS)]


def _day(zone: Zone, day: date) -> WallDay:
    midnight = (day.toordinal() - EPOCH_DAY) * DAY
    begin, end = (zone.first_reached(midnight + one) for one in (0, DAY))
    return WallDay(day=day, begin=begin, end=end, hours=list(_hours(zone, begin, end)))


def _hours(zone: Zone, begin: int, end: int) -> Iterator[WallHour]:
    seen = set()
    while begin < end:
        piece = next(zone.pieces(begin))
        wall = begin + piece.offset
        until = min(begin + HOUR - wall % HOUR, piece.end, end)
        hour = wall // HOUR % 24
        yield WallHour(hour=hour, begin=begin, end=until, is_repeated=hour in seen)
        seen.add(hour)
        begin = until
