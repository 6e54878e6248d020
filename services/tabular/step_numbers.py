"""Finds the column that counts the steps of a day beside a date: hour 1 to 24, quarter 1 to 96."""

import re
from collections.abc import Sequence

from services.tabular.records import Record
from services.tabular.time_shapes import TimeShape

_NAME = re.compile(
    r"(?i)(.*[\W_])?(\w*stunden?|std|hours?|hr|h|he|heures?|horas?|ora|uur|quarters?|qh|"
    r"viertelstunden?|intervall?|periodo?|position|pos|mtu)([\W_].*)?"
)
_NUMBER = re.compile(r"(\d{1,3})([AaBb]?)")  # 3A and 3B on the day with that hour twice
_MINUTES = {24: 60, 48: 30, 96: 15}
_CHANGE = {60: 1, 30: 2, 15: 4}  # steps more or fewer on days when the clock changes
_SAMPLED, _MIN_ROWS, _MIN_PER_DAY = 2000, 20, 3


def find_step_number(
    records: Sequence[Record], date: int, header: Sequence[str]
) -> tuple[int, TimeShape] | None:
    """Return the column (from 0) that counts steps of the day, and the form of its cells.

    ``date`` is the column of the date, which must repeat; the name of the other must say so.
    """
    for column, name in enumerate(header):
        if column == date or not _NAME.fullmatch(name.strip()):
            continue
        rows = [
            (r.cells[date].strip(), r.cells[column].strip())
            for r in records[:_SAMPLED]
            if r.width > max(date, column) and r.cells[column].strip().isascii()
        ]
        counted = [
            (day, int(match[1]), match[2])
            for day, cell in rows
            if (match := _NUMBER.fullmatch(cell))
        ]
        if (
            len(counted) >= _MIN_ROWS
            and len(counted) >= len(rows) - 2
            and (count := _count_of(counted))
        ):
            return column, TimeShape("", clock="#", count=count)
    return None


def _count_of(rows: Sequence[tuple[str, int, str]]) -> tuple[int, int] | None:
    """Return the first number and the minutes of a step; None if the numbers count no day."""
    days = len({day for day, *_ in rows})
    if len(set(rows)) < len(rows) or len(rows) < _MIN_PER_DAY * days:
        return None
    numbers = {number for _, number, _ in rows}
    first, last = min(numbers), max(numbers)
    for steps, minutes in _MINUTES.items():
        whole = last - first + 1
        if first in (0, 1) and abs(whole - steps) <= _CHANGE[minutes]:
            return first, minutes
    return None
