"""Days of the Pacific coast: by them both services count, and Google's quotas begin again.

A day is a date and stays one: it never becomes an instant.
"""

from datetime import UTC, date, datetime, time, timedelta

from services.scheduler.times.moments import instant_of
from services.scheduler.times.zones import make_zone

ZONE = "America/Los_Angeles"


def today(at: datetime) -> date:
    """Return the date that a calendar at the Pacific coast shows."""
    return make_zone(ZONE).local_date(instant_of(at))


def next_midnight(at: datetime) -> datetime:
    """Return the instant at which the next day begins there, in UTC."""
    begins = datetime.combine(today(at) + timedelta(days=1), time(), make_zone(ZONE).info)
    return begins.astimezone(UTC)
