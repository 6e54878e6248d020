"""Small CSV files of this domain, traits and personas: read whole, and written for spreadsheets."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from services.benchmarks.domain.faults import hint
from services.tabular.cells import SEPARATORS, as_written, safe_cell
from services.tabular.encoding import detect_encoding
from services.tabular.errors import UnreadableTable

MAX_BYTES = 32 << 20
_SHOWN = 40

Row = tuple[int, Mapping[str, str | None]]  # the line that it begins in, and its cells by column


@dataclass(frozen=True, kw_only=True)
class CsvShape:
    """Which columns a file may have, which it must have, and how else people call them."""

    columns: Sequence[str]
    required: Sequence[str] = ()
    also_called: Mapping[str, str]
    max_rows: int


def read_csv(path: Path, shape: CsvShape) -> list[Row]:
    """Return the rows of a file with one heading; an empty cell is None.

    Lines count from 1 with the heading as an editor shows them. Raises UnreadableTable for what
    is no such table.
    """
    encoding = detect_encoding(path)
    text = path.read_bytes()[encoding.bom_bytes :].decode(encoding.name, errors="replace")
    if "\0" in text:
        raise UnreadableTable("nul", "The file holds NUL characters, which no text has.")
    heading = text.lstrip("\r\n").partition("\n")[0]
    separator = max(SEPARATORS, key=heading.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    records = _records(reader)
    first = next(records, None)
    if first is None:
        raise UnreadableTable("empty_file", "The file has no line with names of columns.")
    names = _names(first[1], shape, first[0])
    return _rows(records, names, shape)


def _records(reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """Yield the lines that are not empty, each with its number."""
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, cells
            line = reader.line_num + 1  # type: ignore[attr-defined]
    except csv.Error as error:
        raise UnreadableTable("not_csv", f"The line cannot be read: {error}.", row=line) from None


def _names(cells: Sequence[str], shape: CsvShape, line: int) -> list[str]:
    names = [_name(cell, shape) for cell in cells]
    for place, name in enumerate(names, 1):
        if name not in shape.columns:
            raise UnreadableTable(
                "unknown_column",
                f"There is no column '{name[:_SHOWN]}'. {hint(name, shape.columns)}",
                row=line,
                column=place,
            )
        if names.index(name) + 1 != place:
            message = f"The column '{name}' is there twice."
            raise UnreadableTable("repeated_column", message, row=line, column=place)
    for name in shape.required:
        if name not in names:
            message = f"The column '{name}' is missing."
            raise UnreadableTable("missing_column", message, row=line)
    return names


def _name(cell: str, shape: CsvShape) -> str:
    name = "_".join(cell.strip().casefold().replace("-", " ").split())
    return shape.also_called.get(name, name)


def _rows(
    records: Iterator[tuple[int, list[str]]], names: Sequence[str], shape: CsvShape
) -> list[Row]:
    rows: list[Row] = []
    for line, cells in records:
        if len(cells) != len(names):
            message = f"The line has {len(cells)} cells, and the heading {len(names)}."
            raise UnreadableTable("ragged", message, row=line)
        if len(rows) == shape.max_rows:
            message = f"The file has more than {shape.max_rows} rows."
            raise UnreadableTable("too_many_rows", message, row=line)
        rows.append((line, dict(zip(names, map(_content, cells), strict=True))))
    if not rows:
        raise UnreadableTable("no_rows", "The file has names of columns and no row below them.")
    return rows


def _content(cell: str) -> str | None:
    return as_written(cell.strip()) or None


def written_csv(columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> bytes:
    """Return RFC 4180 in UTF-8 that no spreadsheet computes; None is an empty cell."""
    lines = io.StringIO(newline="")
    writer = csv.writer(lines, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([csv_cell(row[name]) for name in columns] for row in rows)
    return lines.getvalue().encode()


def csv_cell(value: object) -> object:
    """Return a cell that no spreadsheet computes; None is an empty one."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return safe_cell(value) if isinstance(value, str) else value


def whole_number(text: str) -> int | None:
    """Return the whole number that a cell writes, also as 34.0; None for anything else."""
    with suppress(ValueError, OverflowError):
        number = float(text) if len(text) < 20 else None
        return int(number) if number is not None and number == int(number) else None
    return None
