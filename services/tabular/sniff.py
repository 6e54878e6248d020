"""Understands a file from a sample of it: dialect, header, time, numbers, layout."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from services.tabular import header as headers
from services.tabular import layout
from services.tabular.day_steps import zone_question
from services.tabular.encoding import Encoding, detect_encoding
from services.tabular.errors import UnreadableTable
from services.tabular.number_evidence import NumberForm, Resolved
from services.tabular.options import ImportOptions, refuse_option
from services.tabular.plan import Plan, TimePlan, ValueColumn
from services.tabular.planning import plan_numbers, plan_time
from services.tabular.reading import ImportQuestion
from services.tabular.records import Record
from services.tabular.sample import take_sample
from services.tabular.sampled_table import (
    SampledTable,
    header_of,
    is_row_number,
    table_of,
    time_columns_of,
    width_of,
)
from services.tabular.separator import find_separator
from services.tabular.series_keys import chosen_keys, key_question
from services.tabular.time_formats import ELAPSED
from services.tabular.units import unit_in_name
from services.tabular.zone_words import stated_zone

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
class _Dialect:
    """How the text is written."""

    encoding: Encoding
    separator: str


@dataclass(frozen=True)
class _Columns:
    """What the columns (from 0) are: ``taken`` hold the time, ``keys`` name series."""

    names: tuple[str, ...]
    kinds: list[layout.ColumnKind]
    taken: set[int]
    keys: tuple[int, ...]
    values: list[int]


def sniff(path: Path, options: ImportOptions) -> Sniffed:
    """Return how the file is to be read. Raises ``UnreadableTable`` where it cannot be."""
    encoding = detect_encoding(path, options.encoding)
    sample = take_sample(path, encoding)
    separator = options.separator or find_separator(sample.head)
    table = table_of(sample, separator, options)
    head, names = header_of(table)
    width = width_of(table, head, names, separator)
    names = (names + ("",) * width)[:width]
    if width - len(time_columns_of(table.time_match)) < 1:
        raise UnreadableTable(
            "one_column",
            "there is only one column; a time and a value are needed.",
            row=table.before[0].line if table.before else table.data[0].line,
            column=1,
        )
    columns = _columns(table, head, names, options)
    return _sniffed(table, head, columns, _Dialect(encoding, separator), options)


def _columns(
    table: SampledTable, head: headers.Header, names: tuple[str, ...], options: ImportOptions
) -> _Columns:
    """Return what the columns are. Raises ``UnreadableTable`` where none holds numbers."""
    width, taken = len(names), time_columns_of(table.time_match)
    kinds = layout.column_kinds(table.rows, width)
    keys = chosen_keys(options, names, width, taken)
    numeric = layout.value_columns(kinds, names, taken | set(keys))
    values = _chosen(_without_row_number(numeric, table, head, names), options, width, taken)
    if not values:
        _refuse_without_values(table, width, taken)
    return _Columns(names, kinds, taken, keys, values)


def _sniffed(
    table: SampledTable,
    head: headers.Header,
    columns: _Columns,
    dialect: _Dialect,
    options: ImportOptions,
) -> Sniffed:
    """Plan how times, numbers and series are read, and ask what stays open."""
    questions: list[ImportQuestion] = []
    time, marks = _time_and_marks(table, columns, dialect, options, questions)
    if not columns.keys and not options.columns:
        _ask_for_key(table, columns, questions)
    time, minutes = _over_days(time, columns, options, questions)
    values = _value_columns(columns, head, minutes)
    plan = _plan(table, head, columns, dialect, time, marks.form, values, options)
    zone = _stated_zone(table, columns, plan) if options.timezone is None else None
    return Sniffed(plan, head, columns.kinds, questions, marks, zone)


def _time_and_marks(
    table: SampledTable,
    columns: _Columns,
    dialect: _Dialect,
    options: ImportOptions,
    questions: list[ImportQuestion],
) -> tuple[TimePlan, Resolved]:
    """Return how times and numbers are written; the one is evidence of the other."""
    time, comma_dates = plan_time(table.time_match, table.rows, options, questions)
    marks = plan_numbers(
        table.rows,
        [value for value in columns.values if columns.kinds[value].kind != "boolean"],
        dialect.separator,
        options,
        questions,
        comma_dates=comma_dates,
        dates=table.time_match,
    )
    if table.time_match.kind == "excel_serial" and marks.form.decimal == ",":
        time = replace(time, form=replace(time.form, decimal=","))
    return time, marks


def _over_days(
    time: TimePlan, columns: _Columns, options: ImportOptions, questions: list[ImportQuestion]
) -> tuple[TimePlan, list[int] | None]:
    """Return the time, and the minutes past midnight of each column of a row per day."""
    is_dated = time.form.is_date_only
    matrix = layout.day_matrix(columns.names, columns.values) if is_dated else None
    if matrix is None:
        return time, None
    if matrix.steps == ELAPSED and options.timezone is None:
        questions.append(zone_question(columns.values[-1] + 1))
    return replace(time, form=replace(time.form, steps=matrix.steps)), matrix.minutes


def _plan(
    table: SampledTable,
    head: headers.Header,
    columns: _Columns,
    dialect: _Dialect,
    time: TimePlan,
    numbers: NumberForm,
    values: tuple[ValueColumn, ...],
    options: ImportOptions,
) -> Plan:
    return Plan(
        encoding=dialect.encoding,
        separator=dialect.separator,
        padded=False,
        header_row=head.row,
        unit_row=head.unit_row,
        first_line=table.data[0].line,
        width=len(columns.names),
        row_width=table.row_width,
        heading=_heading(table.before),
        names=columns.names,
        time=time,
        numbers=numbers,
        values=values,
        key=columns.keys[0] if columns.keys else None,
        more_keys=columns.keys[1:],
        missing_codes=options.missing_codes,
    )


def _stated_zone(
    table: SampledTable, columns: _Columns, plan: Plan
) -> tuple[str, str | None] | None:
    """Return the zone that the file names, if times are read as UTC for want of another."""
    if plan.time.form.has_offset or plan.time.form.is_date_only:
        return None
    texts = [column for column, kind in enumerate(columns.kinds) if kind.kind in ("text", "number")]
    cells = ([r.cells[c] for r in table.data if r.width > c] for c in texts)
    return stated_zone(table.before, [columns.names[c] for c in plan.time.columns], cells)


def _without_row_number(
    values: list[int], table: SampledTable, head: headers.Header, names: tuple[str, ...]
) -> list[int]:
    """Leave out the row number that pandas and R write before their columns."""
    has_none = head.row is None or names[0] != "" or not is_row_number(table.data)
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


def _refuse_without_values(table: SampledTable, width: int, taken: set[int]) -> None:
    column = next(column for column in range(width) if column not in taken)
    cells = table.data[0].cells
    cell = cells[column].strip()[:40] if column < len(cells) else ""
    raise UnreadableTable(
        "no_numeric_values",
        f"no column holds numbers; here is {cell!r}.",
        row=table.data[0].line,
        column=column + 1,
    )


def _ask_for_key(table: SampledTable, columns: _Columns, questions: list[ImportQuestion]) -> None:
    keys = layout.key_columns(table.data, columns.kinds, columns.taken, table.time_match.columns)
    if keys:
        questions.append(key_question(keys, columns.names))


def _value_columns(
    columns: _Columns, head: headers.Header, minutes: list[int] | None
) -> tuple[ValueColumn, ...]:
    return tuple(
        _value_column(columns, head, column, minutes[place] if minutes else None)
        for place, column in enumerate(columns.values)
    )


def _value_column(
    columns: _Columns, head: headers.Header, column: int, minutes: int | None
) -> ValueColumn:
    name = columns.names[column] if head.row is not None else None
    unit = head.units[column] if column < len(head.units) else None
    return ValueColumn(
        column=column,
        name=name,
        unit=unit or (unit_in_name(name) if name else None) or head.file_unit,
        pair=columns.kinds[column].pair,
        minutes=minutes,
    )
