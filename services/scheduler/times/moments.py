"""Moments as aware datetimes in UTC, and as whole seconds since 1970."""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
# datetimes end with 9999: room is left for the longest interval and the clocks of all zones
MIN_YEAR, FINAL_YEAR = 1900, 9979
FINAL = datetime(FINAL_YEAR, 1, 1, tzinfo=UTC)


def as_utc(moment: datetime) -> datetime:
    """Return an aware moment in UTC: in one other zone, datetimes are subtracted by the wall clock.

    Raises ValueError for a naive one, which would be taken for a time of the host.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(UTC)


def instant_of(moment: datetime) -> int:
    """Return the whole seconds since 1970 that are over at an aware moment."""
    return (moment - EPOCH) // SECOND


def moment_of(instant: int) -> datetime:
    """Return seconds since 1970 as a moment in UTC."""
    return EPOCH + instant * SECOND
