"""Understands a file from a sample of it: dialect, header, time, numbers, layout."""

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NoReturn

from services.tabular import header as headers
from services.tabular import layout
from services.tabular.encoding import Encoding, detect_encoding
from services.tabular.errors import UnreadableTable
from services.tabular.number_evidence import NumberForm, Resolved
from services.tabular.options import ImportOptions, refuse_option
from services.tabular.plan import Plan, ValueColumn
from services.tabular.planning import plan_numbers, plan_time
from services.tabular.reading import ImportQuestion
from services.tabular.records import Record
from services.tabular.sample import Sample, head_records, spread_records, take_sample
from services.tabular.separator import excel_separator, find_separator
from services.tabular.series_keys import chosen_keys, key_question
from services.tabular.time_columns import FoundTime, find_numeric_time, find_time
from services.tabular.time_shapes import TimeShape, shape_of
from services.tabular.units import unit_in_name
from services.tabular.zone_words import stated_zone

MAX_COLUMNS = 10_000
_MAX_SHOWN = 1000
NO_MARKS = Resolved(NumberForm())


@dataclass
class Sniffed:
    """The plan, and what was found or must be asked before the file is read.

    ``zone`` has the words of a time zone that the file names beside its times, and the option
    ``timezone`` that means it, if it can be known.
    """

    plan: Plan
    header: headers.Header
    kinds: list[layout.ColumnKind]
    questions: list[ImportQuestion] = field(default_factory=list)
    marks: Resolved = NO_MARKS
    zone: tuple[str, str | None] | None = None


@dataclass(frozen=True)
class _Table:
    """The records of a sample, parted into what is before the data and the data."""

    before: list[Record]
    data: list[Record]
    spread: list[Record]
    time_match: FoundTime
    row_width: int


def sniff(path: Path, options: ImportOptions) -> Sniffed:
    """Return how the file is to be read. Raises ``UnreadableTable`` where it cannot be."""
    encoding = detect_encoding(path, options.encoding)
    sample = take_sample(path, encoding)
    separator = options.separator or find_separator(sample.head)
    table = _table(sample, separator, options)
    head, names = _header(table)
    width = _width(table, head, names, separator)
    names = (names + ("",) * width)[:width]
    if width - len(_time_set(table.time_match)) < 1:
        raise UnreadableTable(
            "one_column",
            "there is only one column; a time and a value are needed.",
            row=table.before[0].line if table.before else table.data[0].line,
            column=1,
        )
    return _sniffed(table, head, names, encoding, separator, options)


def _time_set(time_match: FoundTime) -> set[int]:
    return set(time_match.columns) | ({time_match.end} if time_match.end is not None else set())


def _table(sample: Sample, separator: str, options: ImportOptions) -> _Table:
    records = head_records(sample, separator)
    if not records:
        raise UnreadableTable("no_rows", "there are no rows.", row=1)
    if excel_separator(sample.head.split("\n", 1)[0]):
        records = records[1:] or [Record(2, [""])]
    widest = max(records, key=lambda record: record.width)
    if widest.width > MAX_COLUMNS:
        raise UnreadableTable(
            "too_many_columns",
            f"the row has {widest.width} cells; at most {MAX_COLUMNS} columns are read.",
            row=widest.line,
            column=MAX_COLUMNS + 1,
        )
    chosen = options.time_column - 1 if options.time_column else None
    hidden = options.issue_column or options.lead_column
    searched = [_without(record, hidden) for record in records]
    time_match = find_time(
        [r if not headers.is_comment(r) else Record(r.line, [""]) for r in searched], chosen
    )
    time_match = time_match or _numeric_time(searched, chosen)
    if time_match is None:
        _refuse_without_time(records)
    data = [r for r in records[time_match.first :] if not r.is_blank and not headers.is_comment(r)]
    row_width = Counter(record.width for record in data[:500]).most_common(1)[0][0]
    return _Table(
        records[: time_match.first], data, spread_records(sample, separator), time_match, row_width
    )


def _without(record: Record, column: int | None) -> Record:
    """Return a record whose cell in ``column`` (from 1) is empty: that one is not the time."""
    if column is None or column > record.width:
        return record
    cells = list(record.cells)
    cells[column - 1] = ""
    return Record(record.line, cells)


def _numeric_time(records: list[Record], chosen: int | None) -> FoundTime | None:
    plain = [n for n, r in enumerate(records) if not r.is_blank and not headers.is_comment(r)]
    if not plain:
        return None
    names = records[plain[0]].cells
    numeric = find_numeric_time(
        [records[n] for n in plain[len(plain) // 3 or 1 :] or plain], names, chosen
    )
    if numeric is None:
        return None
    column, kind = numeric
    first = next(
        n for n in plain if records[n].width > column and _is_number(records[n].cells[column])
    )
    return FoundTime((column,), TimeShape("ymd"), first, kind)


def _is_number(cell: str) -> bool:
    try:
        float(cell.strip().replace(",", "."))
    except ValueError:
        return False
    return True


def _refuse_without_time(records: list[Record]) -> NoReturn:
    filled = [r for r in records if not r.is_blank and not headers.is_comment(r)]
    if not filled:
        raise UnreadableTable("no_rows", "there are only comments and blank lines.", row=1)
    if len(filled) == 1:
        raise UnreadableTable(
            "no_rows", "there is a header and no row of data.", row=filled[0].line + 1
        )
    if all(record.width == 1 for record in filled):
        raise UnreadableTable(
            "one_column",
            "there is only one column; a time and a value are needed.",
            row=filled[0].line,
            column=1,
        )
    _refuse_without_date(filled[1])


def _refuse_without_date(record: Record) -> NoReturn:
    """Raise with what the first row after the names holds instead of a time."""
    for column, cell in enumerate(record.cells[:_MAX_SHOWN], start=1):
        shape = shape_of(cell)
        if shape and shape.is_time_only and ":" in cell:
            raise UnreadableTable(
                "no_time_column",
                f"{cell.strip()!r} is a time of day without a date. A column with the date of each "
                "row is needed.",
                row=record.line,
                column=column,
            )
    shown = ", ".join(repr(cell.strip()[:30]) for cell in record.cells[:3])
    raise UnreadableTable(
        "no_time_column",
        f"no column holds times; the row begins with {shown}. A column with date and time of each "
        "row is needed, such as 2024-01-31 13:45.",
        row=record.line,
    )


def _header(table: _Table) -> tuple[headers.Header, tuple[str, ...]]:
    head = headers.find_header(table.before, table.row_width, table.time_match.columns)
    names = head.names
    if head.row is not None and len(names) + 1 == table.row_width and _is_row_number(table.data):
        names = ("", *names)  # written by R: the row number has no name
        head = replace(head, names=names, units=(None, *head.units))
    return head, names


def _is_row_number(data: list[Record]) -> bool:
    cells = [record.cells[0].strip() for record in data[:20]]
    if not all(cell.isdigit() for cell in cells):
        return False
    numbers = [int(cell) for cell in cells]
    return all(b - a == 1 for a, b in itertools.pairwise(numbers)) and numbers[0] in (
        0,
        1,
    )


def _width(table: _Table, head: headers.Header, names: tuple[str, ...], separator: str) -> int:
    """Return how many columns there are: cells that are always empty behind the header are none."""
    if head.row is None or len(names) >= table.row_width:
        return max(len(names), table.row_width)
    surplus = [c for r in table.data for c in r.cells[len(names) : table.row_width] if c.strip()]
    if len(surplus) * 2 < len(table.data):
        return len(names)
    times = len(table.time_match.columns)
    doubled = table.row_width - times == 2 * (len(names) - times)
    if separator == "," and doubled and all(cell.strip().isdigit() for cell in surplus):
        raise UnreadableTable(
            "decimal_equals_separator",
            f"the header names {len(names)} columns and the row has {table.row_width} cells: "
            "the comma parts columns and decimals. Export with another separator or a decimal "
            "point.",
            row=table.data[0].line,
            column=len(names) + 1,
        )
    return table.row_width


def _sniffed(
    table: _Table,
    head: headers.Header,
    names: tuple[str, ...],
    encoding: Encoding,
    separator: str,
    options: ImportOptions,
) -> Sniffed:
    width, time_match = len(names), table.time_match
    rows = table.data + table.spread
    questions: list[ImportQuestion] = []
    taken = _time_set(time_match)
    kinds = layout.column_kinds(rows, width)
    keys = chosen_keys(options, names, width, taken)
    numeric = layout.value_columns(kinds, names, taken | set(keys))
    values = _chosen(_without_row_number(numeric, table, head, names), options, width, taken)
    if not values:
        _refuse_without_values(table, width, taken)
    time, comma_dates = plan_time(time_match, rows, options, questions)
    marks = plan_numbers(
        rows,
        [v for v in values if kinds[v].kind != "boolean"],
        separator,
        options,
        questions,
        comma_dates=comma_dates,
        dates=time_match,
    )
    if time_match.kind == "excel_serial" and marks.form.decimal == ",":
        time = replace(time, form=replace(time.form, decimal=","))
    if not keys and not options.columns:
        _ask_for_key(table, kinds, taken, names, questions)
    minutes = layout.matrix_minutes(names, values) if time.form.is_date_only else None
    plan = Plan(
        encoding=encoding,
        separator=separator,
        padded=False,
        header_row=head.row,
        unit_row=head.unit_row,
        first_line=table.data[0].line,
        width=width,
        row_width=table.row_width,
        heading=_heading(table.before),
        names=names,
        time=time,
        numbers=marks.form,
        values=_value_columns(values, kinds, head, names, minutes),
        key=keys[0] if keys else None,
        more_keys=keys[1:],
        missing_codes=options.missing_codes,
    )
    zone = _stated_zone(table, names, kinds, plan) if options.timezone is None else None
    return Sniffed(plan, head, kinds, questions, marks, zone)


def _stated_zone(
    table: _Table, names: Sequence[str], kinds: Sequence[layout.ColumnKind], plan: Plan
) -> tuple[str, str | None] | None:
    """Return the zone that the file names, if times are read as UTC for want of another."""
    if plan.time.form.has_offset or plan.time.form.is_date_only:
        return None
    texts = [column for column, kind in enumerate(kinds) if kind.kind in ("text", "number")]
    columns = ([r.cells[c] for r in table.data if r.width > c] for c in texts)
    return stated_zone(table.before, [names[c] for c in plan.time.columns], columns)


def _without_row_number(
    values: list[int], table: _Table, head: headers.Header, names: tuple[str, ...]
) -> list[int]:
    """Leave out the row number that pandas and R write before their columns."""
    has_none = head.row is None or names[0] != "" or not _is_row_number(table.data)
    return values if has_none else [place for place in values if place != 0]


def _heading(before: list[Record]) -> frozenset[tuple[str, ...]]:
    cells = (
        tuple(cell.strip() for cell in record.cells) for record in before if not record.is_blank
    )
    return frozenset(cells)


def _chosen(values: list[int], options: ImportOptions, width: int, taken: set[int]) -> list[int]:
    if options.columns is None:
        return values
    for column in options.columns:
        if column > width or column - 1 in taken:
            refuse_option("columns", list(options.columns), f"value columns from 1 to {width}")
    return [column - 1 for column in options.columns]


def _refuse_without_values(table: _Table, width: int, taken: set[int]) -> None:
    column = next(column for column in range(width) if column not in taken)
    cells = table.data[0].cells
    cell = cells[column].strip()[:40] if column < len(cells) else ""
    raise UnreadableTable(
        "no_numeric_values",
        f"no column holds numbers; here is {cell!r}.",
        row=table.data[0].line,
        column=column + 1,
    )


def _ask_for_key(
    table: _Table,
    kinds: list[layout.ColumnKind],
    taken: set[int],
    names: tuple[str, ...],
    questions: list[ImportQuestion],
) -> None:
    keys = layout.key_columns(table.data, kinds, taken, table.time_match.columns)
    if keys:
        questions.append(key_question(keys, names))


def _value_columns(
    values: list[int],
    kinds: list[layout.ColumnKind],
    head: headers.Header,
    names: tuple[str, ...],
    minutes: list[int] | None,
) -> tuple[ValueColumn, ...]:
    has_names = head.row is not None
    columns = []
    for place, column in enumerate(values):
        unit = head.units[column] if column < len(head.units) else None
        name = names[column] if has_names else None
        columns.append(
            ValueColumn(
                column=column,
                name=name,
                unit=unit or (unit_in_name(name) if name else None) or head.file_unit,
                pair=kinds[column].pair,
                minutes=minutes[place] if minutes else None,
            )
        )
    return tuple(columns)
