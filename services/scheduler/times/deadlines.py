"""Until when an execution has to be over: the next such time of day on the clock of its zone."""

from datetime import datetime

from services.scheduler.times.moments import instant_of, moment_of
from services.scheduler.times.zones import DAY, make_zone


def deadline_after(begin: datetime, time_of_day: str, timezone: str) -> datetime:
    """Return the first moment later than ``begin``, in UTC, at which the clock shows ``HH:MM``.

    Of a time that a day has not it is the end of the gap, of one that it has twice the first.
    Raises BadZone for a zone that does not exist.
    """
    zone = make_zone(timezone)
    hours, minutes = (int(part) for part in time_of_day.split(":"))
    instant = instant_of(begin)
    midnight = (instant + zone.offset(instant)) // DAY * DAY
    wall = midnight + hours * 3600 + minutes * 60
    # the day before, too: after a repeated hour its time may still be ahead
    times = (zone.first_reached(wall + days * DAY) for days in range(-1, 3))
    return next(moment_of(one) for one in times if one > instant)
