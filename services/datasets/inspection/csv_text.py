"""Reads CSV text of unknown origin into columns of text.

The standard library's reader is used rather than a faster one because it knows the line of
every fault; rows are handed to polars in blocks, so that memory stays near the file's size.
"""

import codecs
import csv
import io
import itertools
import re
from collections.abc import Iterator
from typing import IO, Protocol

import polars as pl

from services.datasets.inspection.faults import Faults, refuse, row_ranges
from services.datasets.limits import InspectionLimits
from services.tabular.encoding import encoding_of_text, kind_of_binary, wide_encoding
from services.tabular.errors import UnreadableTable

DELIMITERS = ",;\t|"
ROW = "__line__"
_BLOCK_CELLS = 500_000
_NAMED_AND_EMPTY = 2
_EXCEL = re.compile(r'"?sep=(?P<delimiter>[,;\t|])"?[,;\t|]*\s*', re.IGNORECASE)
_SAMPLE_BYTES = 64 * 1024
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class _CsvReader(Protocol):
    """What ``csv.reader`` gives: rows, and the number of lines read so far."""

    @property
    def line_num(self) -> int: ...

    def __iter__(self) -> Iterator[list[str]]: ...

    def __next__(self) -> list[str]: ...


def read_csv(
    source: IO[bytes], name: str, limits: InspectionLimits, notes: list[str] | None = None
) -> pl.DataFrame:
    """Return the columns of a CSV as stripped text, with the line of each row in ``ROW``.

    Lines count from 1 and include the header. What is passed over is added to ``notes``. Raises
    ``UploadError``.
    """
    return read_csv_text(source, name, limits, notes)[0]


def read_csv_text(
    source: IO[bytes], name: str, limits: InspectionLimits, notes: list[str] | None = None
) -> tuple[pl.DataFrame, str]:
    """Return the columns as ``read_csv`` does, and the sign that parts them."""
    sample = source.read(_SAMPLE_BYTES)
    source.seek(0)
    notes = [] if notes is None else notes
    text = io.TextIOWrapper(source, encoding=_encoding_of(sample, name, notes), newline="")
    try:
        return _read(text, name, limits, notes)
    except UnicodeError:
        refuse(f"{name} is not valid UTF-8 text. Save it as UTF-8 and upload it again.")
    finally:
        text.detach()


def _encoding_of(sample: bytes, name: str, notes: list[str]) -> str:
    """Return the encoding by its mark, else UTF-8, else the likeliest one, which is noted."""
    for bom, encoding in _BOMS:
        if sample.startswith(bom):
            return encoding
    if not sample.strip():
        refuse(f"{name} is empty.")
    if kind := kind_of_binary(sample):
        refuse(f"{name} is no text but {kind}. Export the table as CSV and upload that.")
    wide = wide_encoding(sample)
    if b"\0" in sample and wide is None:
        refuse(f"{name} holds NUL bytes: it is not a CSV text file.")
    try:
        likeliest = wide or encoding_of_text(sample)
    except UnreadableTable:
        refuse(f"{name} holds bytes that are no text. Export the table as CSV.")
    if likeliest.guessed:
        notes.append(
            f"The text is no UTF-8: it is read as {likeliest.name}. Look whether its letters are "
            "right."
        )
    return likeliest.name


def _read(
    text: IO[str], name: str, limits: InspectionLimits, notes: list[str]
) -> tuple[pl.DataFrame, str]:
    csv.field_size_limit(limits.cell_characters)
    lines = _Lines(text, name, limits.line_characters)
    first, passed, delimiter = next(lines, ""), 0, None
    if said := _EXCEL.fullmatch(first):
        notes.append(f"Line 1 is Excel's '{first.strip()}', which names no columns: passed over.")
        first, passed, delimiter = next(lines, ""), 1, said["delimiter"]
    if not first.strip():
        refuse(f"{name}: line {passed + 1} is empty. It must name the columns.")
    delimiter = delimiter or _sniff(first)
    reader = csv.reader(lines.again(first), delimiter=delimiter, strict=True)
    numbered = _numbered(reader, name, passed)
    _, cells = next(numbered)
    rows, cells = _without_empty_end(numbered, cells)
    return _rows(rows, _header(cells, name, limits), name, limits), delimiter


def _without_empty_end(
    numbered: Iterator[tuple[int, list[str]]], header: list[str]
) -> tuple[Iterator[tuple[int, list[str]]], list[str]]:
    """Leave out the one nameless cell that a delimiter at the end of each line makes.

    A row that has something there keeps its cell, so that it is refused as too long.
    """
    if len(header) < _NAMED_AND_EMPTY or header[-1].strip() or not header[-2].strip():
        return numbered, header
    width = len(header)
    cut = (
        (line, row[:-1] if len(row) == width and not row[-1].strip() else row)
        for line, row in numbered
    )
    return cut, header[:-1]


def _numbered(reader: _CsvReader, name: str, passed: int) -> Iterator[tuple[int, list[str]]]:
    """Yield each row with the line on which it begins; ``passed`` lines stand before them."""
    line = passed + 1
    try:
        for row in reader:
            yield line, row
            line = passed + reader.line_num + 1
    except csv.Error as error:
        refuse(f"{name}, row {line}: {_explain(str(error))}.")


def _explain(message: str) -> str:
    if "end of data" in message:
        return "a quoted cell is never closed"
    if "field larger" in message:
        return "a cell is too long; is a quote left open"
    return f"the quotes cannot be read ({message})"


class _Lines(Iterator[str]):
    """Lines of bounded length: a file of one endless line must not fill the memory."""

    def __init__(self, text: IO[str], name: str, longest: int) -> None:
        self._text, self._name, self._longest = text, name, longest
        self._number = 0
        self._pending: str | None = None

    def again(self, line: str) -> "_Lines":
        self._pending = line
        return self

    def __next__(self) -> str:
        if self._pending is not None:
            line, self._pending = self._pending, None
            return line
        line = self._text.readline(self._longest + 1)
        self._number += 1
        if not line:
            raise StopIteration
        if len(line) > self._longest:
            refuse(f"{self._name}: line {self._number} has over {self._longest} characters.")
        if "\0" in line:
            refuse(f"{self._name}: line {self._number} holds a NUL byte.")
        return line


def _sniff(header: str) -> str:
    """Return the delimiter that occurs most often in the header outside quotes."""
    bare = "".join(header.split('"')[::2])
    return max(DELIMITERS, key=bare.count)


def _header(cells: list[str], name: str, limits: InspectionLimits) -> list[str]:
    if len(cells) > limits.columns:
        refuse(f"{name} has {len(cells)} columns; at most {limits.columns} are read.")
    header = [cell.strip() for cell in cells]
    faults = Faults()
    seen: dict[str, int] = {}
    for position, column in enumerate(header, start=1):
        if not column:
            faults.add(f"{name}, row 1: column {position} has no name.")
        elif column in seen:
            faults.add(
                f"{name}, row 1: columns {seen[column]} and {position} are both named '{column}'."
            )
        seen.setdefault(column, position)
    faults.refuse_if_any()
    return header


def _rows(
    numbered: Iterator[tuple[int, list[str]]],
    header: list[str],
    name: str,
    limits: InspectionLimits,
) -> pl.DataFrame:
    limit = min(limits.rows, limits.cells // len(header))
    ragged, blocks, total = dict[int, list[int]](), list[pl.DataFrame](), 0
    size = max(1, _BLOCK_CELLS // len(header))
    for block in _blocks(_matching(numbered, header, ragged), header, size):
        blocks.append(block)
        total += block.height
        if total > limit:
            refuse(f"{name} has over {limit} rows of {len(header)} columns; that is the limit.")
    _refuse_ragged(ragged, header, name)
    if not total:
        refuse(f"{name} has a header but no rows.")
    return pl.concat(blocks, rechunk=False)


def _matching(
    numbered: Iterator[tuple[int, list[str]]], header: list[str], ragged: dict[int, list[int]]
) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that have a cell per column; blank lines are no rows.

    ``ragged`` gets the lines of the others by their number of cells.
    """
    for line, row in numbered:
        if len(row) == len(header):
            yield line, row
        elif row:
            ragged.setdefault(len(row), []).append(line)


def _refuse_ragged(ragged: dict[int, list[int]], header: list[str], name: str) -> None:
    faults = Faults()
    for number, lines in ragged.items():
        ranges, cells = row_ranges(lines), _cells(number)
        said = f"{name}, row {ranges}: {cells}, but the header names {len(header)} columns."
        if len(lines) > 1:
            said = f"{name}, rows {ranges}: {cells}, but the header names {len(header)} columns."
        faults.add(said, count=len(lines))
    faults.refuse_if_any()


def _cells(number: int) -> str:
    return "1 cell" if number == 1 else f"{number} cells"


def _blocks(
    rows: Iterator[tuple[int, list[str]]], header: list[str], size: int
) -> Iterator[pl.DataFrame]:
    while block := list(itertools.islice(rows, size)):
        columns = zip(*(row for _, row in block), strict=True)
        series = [
            pl.Series(name, cells, dtype=pl.String)
            for name, cells in zip(header, columns, strict=True)
        ]
        frame = pl.DataFrame(series).with_columns(pl.all().str.strip_chars())
        yield frame.with_columns(pl.Series(ROW, [line for line, _ in block], dtype=pl.Int64))
