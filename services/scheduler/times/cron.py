"""Cron expressions of five fields, read as crontab(5) and cron(8) of Debian read them."""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from functools import lru_cache

from services.scheduler.times.cron_fields import KINDS, FieldValues, read_field
from services.scheduler.times.days import DayRule
from services.scheduler.times.errors import BadSyntax, InvalidTimes, NeverFires, Unsupported

ALIASES = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
MAX_LENGTH = 1000  # characters: every value of every field is fewer
_MINUTES_OF_DAY = 1440
_ORDER = "minute, hour, day_of_month, month, day_of_week"


@dataclass(frozen=True)
class CronExpression:
    """When the clock on the wall is right: at ``minutes`` of the day, on the days of ``days``.

    A wildcard job, whose minute or hour begins with ``*``, follows the clock on the wall; any
    other one is a fixed-time job: no time of it is lost, and none comes twice.
    """

    text: str
    minutes: tuple[int, ...]
    days: DayRule
    is_wildcard: bool

    def without(self, excluded: frozenset[date]) -> "CronExpression":
        """Return the same without some days."""
        if excluded == self.days.excluded:
            return self
        return replace(self, days=replace(self.days, excluded=excluded))

    def next_wall(self, wall: int) -> int | None:
        """Return the first wall time later than ``wall``, in seconds since 1970, if any."""
        day, minute = divmod(wall // 60 + 1, _MINUTES_OF_DAY)
        if minute <= self.minutes[-1] and self.days.has(day):
            return (day * _MINUTES_OF_DAY + self.minutes[bisect_left(self.minutes, minute)]) * 60
        following = self.days.next_after(day)
        return None if following is None else (following * _MINUTES_OF_DAY + self.minutes[0]) * 60

    def count_walls(self, after: int, until: int) -> int:
        """Return how many wall times are later than ``after`` and not later than ``until``."""
        (first, low), (last, high) = (divmod(one // 60, _MINUTES_OF_DAY) for one in (after, until))
        whole = self.days.count(first, last - 1) * len(self.minutes)
        before = bisect_right(self.minutes, low) if self.days.has(first) else 0
        return whole - before + (bisect_right(self.minutes, high) if self.days.has(last) else 0)


def parse_cron(given: object) -> CronExpression:
    """Return what an expression or an alias says.

    Raises BadSyntax if it cannot be read, OutOfRange for a number that a field does not have,
    Unsupported for ``@reboot`` and ``@every``, NeverFires if its days never come.
    """
    if not isinstance(given, str) or not given.strip():
        raise BadSyntax(f"The expression is empty. Write five fields: {_ORDER}.")
    if len(given) > MAX_LENGTH:
        raise BadSyntax(
            f"The expression is longer than {MAX_LENGTH} characters. Write lists as ranges."
        )
    return _parsed(given)


@lru_cache(maxsize=4096)
def _parsed(given: str) -> CronExpression:
    words = [(one.group(), one.start() + 1) for one in re.finditer(r"\S+", _resolved(given))]
    if len(words) != len(KINDS):
        raise BadSyntax(_not_five(len(words)))
    fields = [read_field(kind, *word) for kind, word in zip(KINDS, words, strict=True)]
    return _assembled([word for word, _ in words], fields)


def _resolved(given: str) -> str:
    """Return the expression of an alias, and any other expression as it is."""
    name, *others = given.lower().split()
    if not name.startswith("@"):
        return given
    if name == "@reboot":
        raise Unsupported("@reboot is not a time. A schedule does not know when a machine starts.")
    if name.startswith("@every"):
        raise Unsupported(
            "@every is not used here. Write the seconds between two times in interval_s."
        )
    if name not in ALIASES or others:
        near = get_close_matches(name[:40], ALIASES, n=1, cutoff=0.5) or ["@daily"]
        raise BadSyntax(
            f"There is no alias {given.strip()[:40]!r}. Write {near[0]}, or five fields."
        )
    return ALIASES[name]


def _not_five(number: int) -> str:
    detail = f"The expression has {number} fields. Write five fields: {_ORDER}."
    if number in (6, 7):
        detail += " Seconds and years are not used here: leave them out."
    return detail


def _assembled(words: list[str], fields: list[FieldValues]) -> CronExpression:
    minute, hour, month_day, month, weekday = fields
    days = DayRule(
        months=month.values,
        month_days=month_day.values,
        last_day=month_day.last_day,
        weekdays=weekday.values,
        numbered=weekday.numbered,
        both=words[2].startswith("*") or words[4].startswith("*"),
    )
    if not days.ever():
        raise _never(words)
    return CronExpression(
        text=" ".join(words).upper(),
        minutes=tuple(sorted(60 * h + m for h in hour.values for m in minute.values)),
        days=days,
        is_wildcard=words[0].startswith("*") or words[1].startswith("*"),
    )


def _never(words: list[str]) -> InvalidTimes:
    detail = (
        f"day_of_month: {words[2][:40]!r} never comes with month {words[3][:40]!r} and"
        f" day_of_week {words[4][:40]!r}. For the last day of a month write L."
    )
    return NeverFires(detail, part="day_of_month")
