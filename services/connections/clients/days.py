"""Days of a series, as both services count them: calendar dates, never instants."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)
FINAL, ALL = "final", "all"
DATA_STATES = (FINAL, ALL)
FINAL_AFTER_DAYS = 3  # Search Console: days younger than this are not final yet
REPEATED_DAYS = 3  # of those that are stored, the last ones are requested again
HISTORY_DAYS = 486  # Search Console keeps 16 months


@dataclass(frozen=True, kw_only=True)
class Day:
    """One day of a property. ``position`` is the mean position, from 1; None where unknown.

    A ``provisional`` day may still change.
    """

    day: date
    clicks: int
    impressions: int
    position: float | None = None
    provisional: bool = False

    @property
    def ctr(self) -> float | None:
        """Return clicks by impressions, None where nobody saw the property."""
        return self.clicks / self.impressions if self.impressions else None


@dataclass(frozen=True, kw_only=True)
class Window:
    """The days that are requested, both included.

    ``is_first`` says that nothing is known of days before: the property may be younger.
    """

    first: date
    last: date
    is_first: bool = False


def without_gaps(days: Sequence[Day], first: date | None, last: date | None) -> list[Day]:
    """Return the days in order; one that is missing from ``first`` to ``last`` had no searches.

    Without ``first`` and ``last`` these are the oldest and the newest day that there is.
    """
    by_day = {one.day: one for one in days}
    begins = first or min(by_day, default=None)
    ends = last or max(by_day, default=None)
    if begins is None or ends is None:
        return []
    for day in _dates(begins, ends):
        by_day.setdefault(day, Day(day=day, clicks=0, impressions=0))
    return [by_day[day] for day in sorted(by_day)]


def next_window(stored: Iterable[Day], today: date) -> Window:
    """Return the days to request after those that are stored, which overlap by some.

    Requested again are the last three days, every provisional one, and the days without searches
    at the end: where the service was late, they were not empty. The newest day with searches is
    among them, so that an answer without any row is known to be no answer.
    """
    days = sorted(stored, key=lambda one: one.day)
    last = today - ONE_DAY
    if not days:
        return Window(first=today - timedelta(days=HISTORY_DAYS), last=last, is_first=True)
    firm = [one.day for one in days if one.impressions and not one.provisional]
    begins = [days[-1].day - timedelta(days=REPEATED_DAYS - 1)]
    begins += [one.day for one in days if one.provisional][:1]
    begins += firm[-1:] or [days[0].day]
    first = max(min(begins), days[0].day)
    return Window(first=min(first, last), last=last)


def counted(value: object) -> int | None:
    """Return a number of clicks or impressions, None for what is none."""
    number = measured(value)
    return None if number is None or number < 0 else round(number)


def measured(value: object) -> float | None:
    """Return a finite number, None for what is none."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and math.isfinite(value) else None  # type: ignore[arg-type]


def _dates(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))
