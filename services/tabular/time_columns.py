"""Finds the columns that hold the time, and whether they hold its start, its end or both."""

import itertools
import re
from collections import Counter
from dataclasses import dataclass, replace

from services.tabular.date_parts import find_date_parts
from services.tabular.records import Record
from services.tabular.step_numbers import find_step_number
from services.tabular.time_shapes import TimeShape, shape_of

_MAX_CELLS = 12_000
_MAX_COLUMNS = 1000
_VERIFIED = 400
_TIME_NAME = re.compile(
    r"(?i)(.*[\W_])?(_?time|times?tamps?|date|datetime|utc|zeit(stempel|punkt)?|datum|ts|mess\w*zeit\w*|"
    r"horodat\w*|heure|fecha|hora|data|ora|dt|period|mtu|last_changed|start|from|von|beginn?|epoch|unix\w*|"
    r"uhrzeit|tag|day|gastag|time[\W_].*|date[\W_].*|datum[\W_].*|zeit[\W_].*|utc[\W_].*)([\W_].*)?"
)
_END_NAME = re.compile(r"(?i)(.*[\W_])?(bis|to|end|ende|until|stop|fin|_stop)([\W_].*)?")
_CLOCK_NAME = re.compile(
    r"(?i)(.*[\W_])?(hours?|hr|hh?:?(mm)?|clock|stunden?|std|uhr|ora|heures?)([\W_].*)?"
)
_PREFERRED = re.compile(r"(?i)(.*[\W_])?(utc|gmt|_time)([\W_].*)?")


@dataclass(frozen=True)
class FoundTime:
    """The columns (from 0) of the time, the form of their text, and where the data begins.

    ``kind`` is "text", or that of numbers which are times; ``first`` is the position of the first
    record of data.
    """

    columns: tuple[int, ...]
    shape: TimeShape
    first: int
    kind: str = "text"
    end: int | None = None


def find_time(records: list[Record], chosen: int | None = None) -> FoundTime | None:
    """Return the time columns of the records; ``chosen`` is a column (from 0) a person named."""
    filled = [number for number, record in enumerate(records) if not record.is_blank]
    shapes = _shapes_by_column(records, filled, chosen)
    dated = [column for column, shape in shapes.items() if shape.date]
    if not dated:
        parted = find_date_parts(records) if chosen is None else None
        return FoundTime(*parted) if parted else None
    header = _names_before(records, dated[0])
    dated = _varying(records, filled, dated)
    column = chosen if chosen in dated else _best(dated, shapes, header)
    columns: tuple[int, ...] = (column,)
    shape = shapes[column]
    if shape.is_date_only and (clock := _clock_of_dates(records, column, shapes, header)):
        columns, shape = (column, clock[0]), _joined(shape, clock[1])
    first = _first_record(records, filled, column, shapes[column].family)
    end = _end_column(columns, dated, shapes, records[first:], header)
    return FoundTime(columns, _union(shape, records[first:], columns), first, end=end)


def _shapes_by_column(
    records: list[Record], filled: list[int], chosen: int | None
) -> dict[int, TimeShape]:
    """Return the common shape of each column of times, judged by records of the later half."""
    later = filled[len(filled) // 3 :] if len(filled) > 5 else filled
    width = min(_MAX_COLUMNS, max((records[number].width for number in later), default=0))
    count = max(3, min(60, _MAX_CELLS // max(1, width)))
    picked = later[:: max(1, len(later) // count)][: count + 1] + filled[-1:]
    shapes, scarce = dict[int, TimeShape](), dict[int, TimeShape]()
    for column in range(width) if chosen is None else [chosen]:
        matches = [_shape_at(records[number], column) for number in picked]
        families = Counter(shape.family for shape in matches if shape)
        present = sum(families.values())
        if present and present * 5 >= len(matches):
            often = present * 2 >= len(matches)
            (shapes if often else scarce)[column] = _first_common(records, filled, column, families)
    return shapes or scarce


def _shape_at(record: Record, column: int) -> TimeShape | None:
    return shape_of(record.cells[column]) if column < record.width else None


def _first_common(
    records: list[Record], filled: list[int], column: int, families: "Counter[TimeShape]"
) -> TimeShape:
    """Return the shape that comes first of those that a fifth of the cells have."""
    total = sum(families.values())
    common = {family for family, count in families.items() if count * 5 >= total}
    for number in filled:
        shape = _shape_at(records[number], column)
        if shape and shape.family in common:
            return shape
    return next(iter(common))


def _varying(records: list[Record], filled: list[int], dated: list[int]) -> list[int]:
    """Drop columns that hold one and the same time, if others do not."""
    later = filled[len(filled) // 3 :] if len(filled) > 5 else filled
    varying = [
        column
        for column in dated
        if len({records[n].cells[column] for n in later if records[n].width > column}) > 1
    ]
    return varying or dated


def _names_before(records: list[Record], column: int) -> list[str]:
    """Return the cells of the last filled record before the data."""
    names: list[str] = []
    for record in records:
        if _shape_at(record, column) is not None and names:
            return names
        if not record.is_blank:
            names = record.cells
    return names


def _best(dated: list[int], shapes: dict[int, TimeShape], header: list[str]) -> int:
    def score(column: int) -> tuple[bool, bool, bool, int]:
        name = header[column].strip() if column < len(header) else ""
        return (
            bool(_PREFERRED.fullmatch(name)),
            bool(_TIME_NAME.fullmatch(name)) and not _END_NAME.fullmatch(name),
            bool(shapes[column].clock),
            -column,
        )

    return max(dated, key=score)


def _clock_of_dates(
    records: list[Record], column: int, shapes: dict[int, TimeShape], header: list[str]
) -> tuple[int, TimeShape] | None:
    """Return the column that has the time of day of the dates in ``column``, and its shape.

    Numbers such as 1013 may be a time of day or a pressure: a column that is named as one of hours
    goes before them.
    """
    clock = _nearest(column, _clocks(records, column, shapes, header))
    if clock is not None and shapes[clock].clock != "c":
        return clock, shapes[clock]
    counted = find_step_number(records, column, header)
    return counted or (None if clock is None else (clock, shapes[clock]))


def _clocks(
    records: list[Record], column: int, shapes: dict[int, TimeShape], header: list[str]
) -> list[int]:
    """Return the columns of times of day that may stand beside the dates in ``column``.

    Digits alone are counts rather than times where every date is there once and the name of the
    column says nothing of time: 421 visitors are not 4:21.
    """
    dates = [one.cells[column] for one in records[:_VERIFIED] if one.width > column]
    are_days = len(dates) == len(set(dates))
    clocks = [other for other, shape in shapes.items() if shape.is_time_only]
    return [
        other
        for other in clocks
        if shapes[other].clock != "c" or not are_days or _names_a_clock(header, other)
    ]


def _names_a_clock(header: list[str], column: int) -> bool:
    name = header[column].strip() if column < len(header) else ""
    return bool(_TIME_NAME.fullmatch(name) or _CLOCK_NAME.fullmatch(name))


def _nearest(column: int, clocks: list[int]) -> int | None:
    """Return the nearest column of times of day, to the right first."""
    if not clocks:
        return None
    return min(clocks, key=lambda other: (abs(other - column), other < column))


def _joined(date: TimeShape, clock: TimeShape) -> TimeShape:
    return replace(
        clock,
        date=date.date,
        date_separator=date.date_separator,
        year_digits=date.year_digits,
        joiner=" ",
        weekday=date.weekday,
        month=date.month,
    )


def _first_record(records: list[Record], filled: list[int], column: int, family: TimeShape) -> int:
    """Return the first record with a time of which most of the next five have one too."""
    loose = None
    for place, number in enumerate(filled):
        if not _is_family(records[number], column, family):
            continue
        following = [_is_family(records[n], column, family) for n in filled[place : place + 6]]
        if sum(following) * 2 >= len(following):
            return number
        loose = number if loose is None else loose
    return filled[-1] if loose is None else loose


def _is_family(record: Record, column: int, family: TimeShape) -> bool:
    shape = _shape_at(record, column)
    return shape is not None and shape.family == family


def _end_column(
    columns: tuple[int, ...],
    dated: list[int],
    shapes: dict[int, TimeShape],
    data: list[Record],
    header: list[str],
) -> int | None:
    """Return the column with the end of each interval."""
    for column in dated:
        if column in columns or shapes[column].family != shapes[columns[0]].family:
            continue
        name = header[column].strip() if column < len(header) else ""
        starts = [record.cells[columns[0]] for record in data[1:40] if record.width > column]
        ends = [record.cells[column] for record in data[:39] if record.width > column]
        if _END_NAME.fullmatch(name) or (len(ends) > 3 and ends[: len(starts)] == starts):
            return column
    begin = shapes.get(columns[1]) if len(columns) == 2 else None
    if begin is None:
        return None
    later = [c for c, s in shapes.items() if s.is_time_only and c > columns[1]]
    return next((column for column in later if shapes[column].clock == begin.clock), None)


def _union(shape: TimeShape, data: list[Record], columns: tuple[int, ...]) -> TimeShape:
    """Return the shape with every part that any of the cells has."""
    family = shape.family
    for record in data[:_VERIFIED]:
        cells = [record.cells[column].strip() for column in columns if column < record.width]
        other = shape_of(" ".join(cells))
        if other and (other.family == family or len(columns) == 2):
            shape = replace(
                shape,
                seconds=shape.seconds or other.seconds,
                fraction=shape.fraction or other.fraction,
                zone=shape.zone if shape.zone == other.zone else max(shape.zone, other.zone),
                weekday=shape.weekday or other.weekday,
            )
    return shape


def find_numeric_time(
    records: list[Record], header: list[str], chosen: int | None = None
) -> tuple[int, str] | None:
    """Return the column of Unix times or Excel serial numbers, and which of them it holds."""
    width = min(_MAX_COLUMNS, max((record.width for record in records), default=0))
    for column in range(width) if chosen is None else [chosen]:
        cells = [r.cells[column].strip() for r in records[-200:] if r.width > column]
        kind = _numeric_kind([cell for cell in cells if cell])
        name = header[column].strip() if column < len(header) else ""
        if kind and (kind != "excel_serial" or column == 0 or _TIME_NAME.fullmatch(name)):
            return column, kind
    return None


_EPOCH_DIGITS = {
    "epoch_s": (10, 1),
    "epoch_ms": (13, 1e3),
    "epoch_us": (16, 1e6),
    "epoch_ns": (19, 1e9),
}


def _numeric_kind(cells: list[str]) -> str | None:
    if not cells or len(set(cells)) < min(2, len(cells)):
        return None
    try:
        numbers = [float(cell.replace(",", ".")) for cell in cells]
    except ValueError:
        return None
    if sum(a != b for a, b in itertools.pairwise(numbers)) < 0.5 * (len(numbers) - 1):
        return None
    for kind, (_, unit) in _EPOCH_DIGITS.items():
        if all(3e8 <= number / unit < 4.2e9 for number in numbers):
            return kind
    steady = len(numbers) > 1 and all(a < b for a, b in itertools.pairwise(numbers))
    in_range = all(20_000 <= number < 80_000 for number in numbers)
    return "excel_serial" if in_range and steady else None
