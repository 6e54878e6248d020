"""What the coming week is answered with, and what is read of schedules for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.scheduler.week.calendar import WallDay

MAX_SCHEDULES = 10_000


@dataclass(frozen=True, kw_only=True)
class Week:
    """How often something is due in each hour of ``days``: ``counts`` has one for each hour.

    Only what comes after ``since`` is counted. ``num_schedules`` are those that can be due,
    ``num_resting`` those that cannot: paused without an end, or waiting for a person. With more
    than ``MAX_SCHEDULES`` the newest ones are counted, and ``is_complete`` is false.
    """

    timezone: str
    tzdata: str
    since: datetime
    days: Sequence[WallDay]
    counts: Sequence[Sequence[int]]
    num_schedules: int
    num_resting: int
    is_complete: bool


@dataclass(frozen=True, kw_only=True)
class DueSchedule:
    """A schedule that is due ``due`` times in a stretch of time, first at ``first``."""

    id: int
    name: str
    kind: str
    timezone: str
    first: datetime
    due: int


@dataclass(frozen=True, kw_only=True)
class DueList:
    """The schedules that are due in a stretch of time, by their first time; ``left`` are more."""

    items: Sequence[DueSchedule]
    due: int
    left: int
