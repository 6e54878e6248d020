"""The next due times as people read them: by the clock of the zone, changes of it marked."""

from dataclasses import dataclass
from datetime import datetime, timezone
from enum import StrEnum
from itertools import islice

from services.scheduler.times.cadences import CronCadence
from services.scheduler.times.moments import SECOND, instant_of
from services.scheduler.times.timetable import Timetable
from services.scheduler.times.zones import Zone

MAX_TIMES = 100


class ClockChange(StrEnum):
    """What a change of the clock does to a due time."""

    MOVED = "moved"  # its own time does not exist: it is due at the end of the gap
    REPEATED = "repeated"  # the clock shows this time twice


@dataclass(frozen=True)
class PreviewTime:
    """A nominal time in UTC, the same by the zone's clock, and what a change of it does, if any.

    ``local`` has a fixed offset: in a repeated hour, times of a zone equal no other ones.
    """

    due: datetime
    local: datetime
    change: ClockChange | None


def preview(
    timetable: Timetable, zone: Zone, after: datetime, number: int
) -> tuple[PreviewTime, ...]:
    """Return the next ``number`` due times after a moment, at most ``MAX_TIMES``."""
    times = islice(timetable.times_after(after), min(number, MAX_TIMES))
    return tuple(
        PreviewTime(due, _local(zone, due), _change(timetable, zone, due)) for due in times
    )


def _local(zone: Zone, due: datetime) -> datetime:
    return due.astimezone(timezone(zone.offset(instant_of(due)) * SECOND))


def _change(timetable: Timetable, zone: Zone, due: datetime) -> ClockChange | None:
    instant, cadence = instant_of(due), timetable.cadence
    if isinstance(cadence, CronCadence) and cadence.is_moved(instant):
        return ClockChange.MOVED
    return ClockChange.REPEATED if zone.is_repeated(instant) else None
