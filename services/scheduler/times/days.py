"""On which days a cron expression is due: its day of month, month and day of week."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from services.scheduler.times.moments import FINAL_YEAR

EPOCH_DAY = date(1970, 1, 1).toordinal()
LAST = 0  # instead of the number of a weekday in its month: the last one
# these years begin on every weekday, with and without a leap day
EVERY_KIND_OF_YEAR = range(2001, 2029)


@dataclass(frozen=True)
class DayRule:
    """Which days are due, as in crontab(5).

    Weekdays count from 0 = Sunday. ``numbered`` holds (weekday, n) for the n-th one of a month and
    (weekday, ``LAST``). With ``both`` a day must be right by day of month and by day of week,
    otherwise by one of them. A day in ``excluded`` is never due.
    """

    months: frozenset[int]
    month_days: frozenset[int]
    last_day: bool
    weekdays: frozenset[int]
    numbered: frozenset[tuple[int, int]]
    both: bool
    excluded: frozenset[date] = frozenset()

    def has(self, day: int) -> bool:
        """Return whether a day, counted from 1 January 1970, is due."""
        one = date.fromordinal(day + EPOCH_DAY)
        return one.day in due_in(self, one.year, one.month)

    def next_after(self, day: int) -> int | None:
        """Return the first due day after ``day``, both counted from 1 January 1970, if any."""
        start = date.fromordinal(day + 1 + EPOCH_DAY)
        for year, month in _months_from(start.year, start.month):
            if month in self.months:
                first = start.day if (year, month) == (start.year, start.month) else 1
                for one in due_in(self, year, month):
                    if one >= first:
                        return date(year, month, one).toordinal() - EPOCH_DAY
        return None

    def count(self, first: int, last: int) -> int:
        """Return how many days from ``first`` to ``last`` are due, both included."""
        if first > last:
            return 0
        start, end = (date.fromordinal(one + EPOCH_DAY) for one in (first, last))
        total = 0
        for year, month in _months_from(start.year, start.month):
            if (year, month) > (end.year, end.month):
                break
            low = start.day if (year, month) == (start.year, start.month) else 1
            high = end.day if (year, month) == (end.year, end.month) else 31
            total += sum(low <= one <= high for one in due_in(self, year, month))
        return total

    def ever(self) -> bool:
        """Return whether any day is due: all there are come in a few years."""
        return any(
            due_in(self, year, month) for year in EVERY_KIND_OF_YEAR for month in self.months
        )


@lru_cache(maxsize=16384)
def due_in(rule: DayRule, year: int, month: int) -> tuple[int, ...]:
    """Return the due days of a month, ascending."""
    if month not in rule.months:
        return ()
    first, length = monthrange(year, month)
    days = [day for day in range(1, length + 1) if _is_due(rule, day, first, length)]
    if rule.excluded:
        days = [day for day in days if date(year, month, day) not in rule.excluded]
    return tuple(days)


def _is_due(rule: DayRule, day: int, first: int, length: int) -> bool:
    """Return whether a day of a month is due that is ``length`` long and begins on ``first``.

    ``first`` counts from 0 = Monday, as the standard library does.
    """
    weekday = (first + day) % 7
    by_date = day in rule.month_days or (rule.last_day and day == length)
    by_weekday = weekday in rule.weekdays or (
        bool(rule.numbered)
        and (
            (weekday, (day + 6) // 7) in rule.numbered
            or (day + 7 > length and (weekday, LAST) in rule.numbered)
        )
    )
    return by_date and by_weekday if rule.both else by_date or by_weekday


def _months_from(year: int, month: int) -> Iterator[tuple[int, int]]:
    while year <= FINAL_YEAR:
        yield year, month
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
