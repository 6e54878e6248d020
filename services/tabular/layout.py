"""Says what each column holds: values, words for yes and no, text, keys of series, times."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from services.tabular.missing import boolean_pair_of, is_missing
from services.tabular.number_evidence import body_of, unit_of_cell
from services.tabular.records import Record
from services.tabular.time_formats import ELAPSED, WALL_CLOCK
from services.tabular.time_parse import time_of_day
from services.tabular.time_shapes import shape_of

_SAMPLED = 400
_MAX_CELLS = 200_000
_MAX_CODE_WORDS = 3
_MAX_KEY_COLUMNS = 12
_CLOCK_NAME = re.compile(r"(?:[hH](?:our)?\s?)?(\d{1,2})(?:\s?[hH]|\.? ?(?:Stunde|Uhr))?")
_TWICE_NAME = re.compile(r"(?:[hH](?:our)?\s?)?(\d{1,2})\s?([AaBb])(?:\s?[hH])?")
_SPAN_NAME = re.compile(r"(\d{1,2}:\d{2})\s*(?:-|–|bis)\s*\d{1,2}:\d{2}")


MINUTES_OF_DAY = 1440
# of a step, by how many there are: the second of each are those of a day of 25 hours
_STEP_MINUTES = {24: 60, 25: 60, 48: 30, 50: 30, 96: 15, 100: 15}


@dataclass(frozen=True)
class DayMatrix:
    """A table with a row per day: the minutes past midnight of its columns, and their clock.

    ``steps`` is WALL_CLOCK, or ELAPSED where the columns go on behind the 24th hour.
    """

    minutes: list[int]
    steps: str = WALL_CLOCK


@dataclass(frozen=True)
class ColumnKind:
    """What a column holds: "number", "boolean", "text", "time" or "empty"."""

    kind: str
    pair: tuple[str, str] | None = None


def column_kinds(records: Sequence[Record], width: int) -> list[ColumnKind]:
    """Return what each column of the data holds, judged by a sample of its records."""
    count = max(5, min(_SAMPLED, _MAX_CELLS // max(1, width)))
    picked = records[:: max(1, len(records) // count)]
    return [_kind([r.cells[column] for r in picked if r.width > column]) for column in range(width)]


def _kind(cells: list[str]) -> ColumnKind:
    filled = [cell for cell in cells if cell.strip()]
    present = [cell.strip() for cell in filled if not is_missing(cell)]
    if not present:
        return ColumnKind("number" if filled else "empty")
    numbers = [cell for cell in present if body_of(cell) is not None]
    if len(numbers) * 2 >= len(present) or _are_codes_beside(numbers, present):
        units = {unit_of_cell(cell) for cell in numbers} - {None}
        if len(units) <= 3:
            return ColumnKind("number")
    if pair := boolean_pair_of({cell.lower() for cell in present}):
        return ColumnKind("boolean", pair)
    if sum(shape_of(cell) is not None for cell in present[:30]) * 2 > len(present[:30]):
        return ColumnKind("time")
    infinite = len(filled) - len(present)
    return ColumnKind(
        "number" if (infinite + len(numbers)) * 2 > len(filled) and numbers else "text"
    )


def _are_codes_beside(numbers: list[str], present: list[str]) -> bool:
    """Whether the rest are a few words that come again and again, between many numbers.

    A sensor that is out of order writes one word for it; text has many.
    """
    words = {cell.lower() for cell in present if body_of(cell) is None}
    return len(words) <= _MAX_CODE_WORDS and len(set(numbers)) >= 4 * max(2, len(words))


def value_columns(kinds: list[ColumnKind], names: Sequence[str], taken: set[int]) -> list[int]:
    """Return the columns that hold series; the empty ones too, they may fill further on."""
    if "_time" in names and "_value" in names:
        value = names.index("_value")
        return [value] if kinds[value].kind != "text" else []
    return [
        column
        for column, kind in enumerate(kinds)
        if column not in taken and kind.kind in ("number", "boolean", "empty")
    ]


def day_matrix(names: Sequence[str], columns: Sequence[int]) -> DayMatrix | None:
    """Return what the columns of a day are, if the names are the times or the steps of a day."""
    if len(columns) < 12:
        return None
    labels = [names[column] if column < len(names) else "" for column in columns]
    minutes = [_minutes(label) for label in labels]
    if all(minute is not None for minute in minutes):
        rising = _rising([minute for minute in minutes if minute is not None])
        return None if rising is None else DayMatrix(rising)
    return _counted_steps(labels)


def _counted_steps(labels: list[str]) -> DayMatrix | None:
    """Return what columns are that are numbered through a day, also through one of 25 hours."""
    labels, second = _without_second_pass(labels)
    numbers = [_CLOCK_NAME.fullmatch(label.strip()) for label in labels]
    hours = [int(match[1]) for match in numbers if match]
    count = len(hours)
    counts = list(range(count)), list(range(1, count + 1))
    if count < len(labels) or count not in _STEP_MINUTES or hours not in counts:
        return None
    starts = [number * _STEP_MINUTES[count] for number in range(count)]
    if second is not None:
        return DayMatrix([*starts[:second], *starts[second - 1 :]])
    return DayMatrix(starts, ELAPSED if starts[-1] >= MINUTES_OF_DAY else WALL_CLOCK)


def _without_second_pass(labels: list[str]) -> tuple[list[str], int | None]:
    """Return the labels with 3 for 3A and 3B, and the place of the latter; None without them.

    They are the two passes through the hour that comes twice on one day of the year.
    """
    twice = [_TWICE_NAME.fullmatch(label.strip()) for label in labels]
    places = [place for place, match in enumerate(twice) if match]
    if len(places) != 2 or places[1] != places[0] + 1:
        return labels, None
    one, other = twice[places[0]], twice[places[1]]
    if not (one and other) or one[1] != other[1] or (one[2] + other[2]).upper() != "AB":
        return labels, None
    return [*labels[: places[0]], one[1], *labels[places[1] + 1 :]], places[1]


def _minutes(label: str) -> int | None:
    label = label.strip()
    if match := _SPAN_NAME.fullmatch(label):
        label = match[1]
    return time_of_day(label)


def _rising(minutes: list[int]) -> list[int] | None:
    """Return the minutes if they rise; 00:00 as the last one is the end of the day."""
    if minutes[-1] == 0:
        minutes = [*minutes[:-1], MINUTES_OF_DAY]
    pairs = itertools.pairwise(minutes)
    return minutes if all(a < b for a, b in pairs) else None


def key_columns(
    records: Sequence[Record],
    kinds: list[ColumnKind],
    taken: set[int],
    time_columns: tuple[int, ...],
) -> list[tuple[int, ...]]:
    """Return the columns that part the rows of one time, if times repeat in the sample.

    Where no column does so alone, pairs of them are looked at.
    """
    times = [_at(record, time_columns) for record in records]
    repeated = len(times) - len(set(times))
    if repeated * 10 < 3 * len(times):
        return []
    columns = dict[int, list[str]]()
    for column, kind in enumerate(kinds):
        if column in taken or kind.kind in ("empty", "time", "boolean"):
            continue
        cells = [r.cells[column].strip() if r.width > column else "" for r in records]
        distinct = len(set(cells))
        whole = kind.kind == "text" or all(cell.isdigit() for cell in cells if cell)
        if whole and 2 <= distinct <= max(2, len(records) // 3):
            columns[column] = cells
    alone: list[tuple[int, ...]] = [
        (column,) for column, cells in columns.items() if _parts(times, cells)
    ]
    if alone or len(columns) > _MAX_KEY_COLUMNS:
        return alone
    return [
        pair
        for pair in itertools.combinations(columns, 2)
        if _parts(times, *(columns[column] for column in pair))
    ]


def _parts(times: list[tuple[str, ...]], *columns: list[str]) -> bool:
    """Whether there is one row for each time and key; a few exact repeats of rows are allowed."""
    return len(set(zip(times, *columns, strict=True))) >= 0.95 * len(times)


def _at(record: Record, columns: tuple[int, ...]) -> tuple[str, ...]:
    return tuple(record.cells[c].strip() if record.width > c else "" for c in columns)
