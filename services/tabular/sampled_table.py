"""Parts a sample of a file into what stands before the data and the data, and names its columns."""

import itertools
from collections import Counter
from dataclasses import dataclass, replace
from typing import NoReturn

from services.tabular import header as headers
from services.tabular.errors import UnreadableTable
from services.tabular.options import ImportOptions
from services.tabular.records import Record
from services.tabular.sample import Sample, head_records, spread_records
from services.tabular.separator import excel_separator
from services.tabular.time_columns import FoundTime, find_numeric_time, find_time
from services.tabular.time_shapes import TimeShape, shape_of

MAX_COLUMNS = 10_000
_MAX_SHOWN = 1000


@dataclass(frozen=True)
class SampledTable:
    """The records of a sample, parted into what is before the data and the data."""

    before: list[Record]
    data: list[Record]
    spread: list[Record]
    time_match: FoundTime
    row_width: int

    @property
    def rows(self) -> list[Record]:
        """The data of the sample: from the beginning of the file, and from everywhere in it."""
        return self.data + self.spread


def time_columns_of(time_match: FoundTime) -> set[int]:
    """Return all columns (from 0) that hold times, the ends of intervals too."""
    return set(time_match.columns) | ({time_match.end} if time_match.end is not None else set())


def table_of(sample: Sample, separator: str, options: ImportOptions) -> SampledTable:
    """Return the table in a sample. Raises ``UnreadableTable`` where no row has a time."""
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
    return SampledTable(
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


def header_of(table: SampledTable) -> tuple[headers.Header, tuple[str, ...]]:
    """Return the lines before the data, and the names of the columns."""
    head = headers.find_header(table.before, table.row_width, table.time_match.columns)
    names = head.names
    if head.row is not None and len(names) + 1 == table.row_width and is_row_number(table.data):
        names = ("", *names)  # written by R: the row number has no name
        head = replace(head, names=names, units=(None, *head.units))
    return head, names


def is_row_number(data: list[Record]) -> bool:
    """Whether the first column counts the rows, from 0 or from 1."""
    cells = [record.cells[0].strip() for record in data[:20]]
    if not all(cell.isdigit() for cell in cells):
        return False
    numbers = [int(cell) for cell in cells]
    return all(b - a == 1 for a, b in itertools.pairwise(numbers)) and numbers[0] in (
        0,
        1,
    )


def width_of(
    table: SampledTable, head: headers.Header, names: tuple[str, ...], separator: str
) -> int:
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
