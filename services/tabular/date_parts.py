"""Finds times whose year, month, day, hour and minute stand in columns of their own."""

import re
from collections.abc import Sequence

from services.tabular.records import Record
from services.tabular.time_shapes import TimeShape

_NAME = re.compile(r"#?\s*([^\W\d_]+)\.?\s*(?:[\[(].*[\])])?")
_YEAR = frozenset({"year", "yr", "yyyy", "jahr", "año", "ano", "annee", "année", "anno"})
_MONTH = frozenset({"month", "mon", "mo", "mm", "monat", "mes", "mois", "mese"})
_DAY = frozenset({"day", "dy", "dd", "tag", "dia", "día", "jour", "giorno"})
_HOUR = frozenset({"hour", "hr", "hh", "h", "stunde", "std", "hora", "heure", "ora"})
_MINUTE = frozenset({"minute", "min", "mi", "mm", "minuto"})
_HEADERS, _SAMPLED, _MIN_ROWS = 60, 2000, 2


def find_date_parts(records: Sequence[Record]) -> tuple[tuple[int, ...], TimeShape, int] | None:
    """Return the columns (from 0) in the order of a time, its form, and the first record of data.

    The names of the columns must say what they are. None where they do not, or where the hours
    leave open whether they count from 0 or from 1.
    """
    for number, record in enumerate(records[:_HEADERS]):
        columns = _columns_of(record.cells)
        if columns is None:
            continue
        rows = [parts for r in records[number + 1 :][:_SAMPLED] if (parts := _parts(r, columns))]
        shape = _shape_of(rows) if len(rows) >= _MIN_ROWS else None
        first = next((n for n in range(number + 1, len(records)) if _parts(records[n], columns)), 0)
        return None if shape is None else (columns, shape, first)
    return None


def _columns_of(cells: Sequence[str]) -> tuple[int, ...] | None:
    """Return the columns of year, month and day, and those of hour and minute if there are any."""
    names = [_NAME.fullmatch(cell.strip()) for cell in cells]
    words = [match[1].casefold() if match else "" for match in names]
    columns: list[int] = []
    for kind in (_YEAR, _MONTH, _DAY, _HOUR, _MINUTE):
        place = next((n for n, word in enumerate(words) if word in kind and n not in columns), None)
        if place is None:
            break
        columns.append(place)
    return tuple(columns) if len(columns) >= 3 else None


def _parts(record: Record, columns: Sequence[int]) -> tuple[int, ...] | None:
    cells = [record.cells[c].strip() if c < record.width else "" for c in columns]
    if not all(cell.isascii() and cell.isdigit() and len(cell) <= 4 for cell in cells):
        return None
    year, month, day, *clock = map(int, cells)
    is_date = len(cells[0]) == 4 and 1 <= month <= 12 and 1 <= day <= 31
    return (year, month, day, *clock) if is_date else None


def _shape_of(rows: Sequence[tuple[int, ...]]) -> TimeShape | None:
    clocks = [row[3:] for row in rows]
    date = TimeShape("ymd", " ")
    if not clocks[0]:
        return date
    low, high = min(clock[0] for clock in clocks), max(clock[0] for clock in clocks)
    if len(clocks[0]) == 2:
        whole = low == 0 and high <= 23 and max(clock[1] for clock in clocks) <= 59
        return TimeShape("ymd", " ", joiner=" ", clock=" ") if whole else None
    first = 0 if low == 0 and high <= 24 else 1 if low >= 1 and high in (24, 25) else None
    if first is None:
        return None
    return TimeShape("ymd", " ", joiner=" ", clock="#", count=(first, 60))
