"""Turns blocks of lines into columns of text with the physical line of each row.

Blocks in which every line has the same number of separators are parsed by polars; others record
by record.
"""

import warnings
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from services.tabular.blocks import TextBlock, count_byte
from services.tabular.errors import UnreadableTable
from services.tabular.plan import Plan
from services.tabular.reading import MAX_ROWS_LISTED
from services.tabular.records import Record, records_of

MAX_OPEN_LINES = 2000


@dataclass
class Ragged:
    """Rows with too few or too many cells: how many, and the first lines."""

    count: int = 0
    rows: list[int] = field(default_factory=list)

    def add(self, line: int) -> None:
        """Count a row."""
        self.count += 1
        if len(self.rows) < MAX_ROWS_LISTED:
            self.rows.append(line)


@dataclass(frozen=True)
class Frame:
    """Columns of a block by number, and the line of each row.

    ``records`` holds the rows if they were read one by one. ``cut`` is the position of the last
    row if the file ends in it without a line feed.
    """

    columns: dict[int, pl.Series]
    lines: NDArray[np.int64]
    records: list[Record] | None = None
    cut: int | None = None

    @property
    def height(self) -> int:
        """How many rows there are."""
        return len(self.lines)


class FrameReader:
    """Reads blocks of one file one after the other."""

    def __init__(self, plan: Plan, columns: list[int]) -> None:
        self._plan = plan
        self._columns = sorted(set(columns) | {0})
        self.ragged = Ragged()
        self._held = ""
        self._held_line = 0
        self._started = False

    @property
    def is_steady(self) -> bool:
        """Whether the heading is passed and no quoted cell is open."""
        return self._started and not self._held

    def read(self, block: TextBlock) -> Frame:
        """Return the rows of a block that lies in the data."""
        if self.is_steady:
            frame = self.regular(block)
            if frame is not None:
                return frame
        return self._odd(block)

    def regular(self, block: TextBlock) -> Frame | None:
        """Return the columns of a block of even lines; None if its lines are not even."""
        frame = parse_regular(block, self._plan, self._columns)
        if frame is None:
            return None
        columns = {column: frame[f"column_{column}"] for column in self._columns}
        lines = np.arange(block.first_line, block.first_line + frame.height)
        return Frame(columns, lines, cut=cut_of(block, frame.height))

    def _odd(self, block: TextBlock) -> Frame:
        text, first = block.data.decode("utf-8"), block.first_line
        if self._held:
            text, first = self._held + text, self._held_line
        records: list[Record] = []
        self._held = ""
        try:
            for record in records_of(text, self._plan.separator, first):
                self._refuse_swallowed(record)
                records.append(record)
        except UnreadableTable as error:
            records = self._hold(error, text, first, records, block)
        return self._frame(records, block)

    def without_heading(self, block: TextBlock) -> TextBlock:
        """Return the block without the lines before the data."""
        heading = self._plan.first_line - block.first_line
        self._started = heading <= 0 or heading <= block.lines
        return below_heading(block, self._plan)

    def _hold(
        self, error: UnreadableTable, text: str, first: int, records: list[Record], block: TextBlock
    ) -> list[Record]:
        """Keep what follows an open quote for the next block, unless it stays open too long."""
        opened = error.row or first
        lines = text.split("\n")
        start = records[-1].line + 1 + records[-1].cells_lines if records else first
        start = min(start, opened)
        rest = lines[start - first :]
        if block.is_last or len(rest) > MAX_OPEN_LINES:
            raise error
        self._held, self._held_line = "\n".join(rest), start
        return records

    def _refuse_swallowed(self, record: Record) -> None:
        """Raise if a quoted cell holds what are lines of data: its quote was never closed."""
        if not record.cells_lines:
            return
        separators = self._plan.row_width - 1
        line = record.line
        for column, cell in enumerate(record.cells):
            inner = cell.split("\n")[1:]
            if separators and any(
                part.count(self._plan.separator) >= separators for part in inner[:-1] or inner
            ):
                raise UnreadableTable(
                    "unclosed_quote",
                    'a quote (") is opened here and not closed in its line. Close it or remove it.',
                    row=line,
                    column=column + 1,
                )
            line += cell.count("\n")

    def _frame(self, records: list[Record], block: TextBlock) -> Frame:
        rows = [record for record in records if not record.is_blank]
        for record in rows:
            if record.width != self._plan.row_width and self._is_ragged(record):
                self.ragged.add(record.line)
        columns = {
            column: pl.Series(
                [r.cells[column] if column < r.width else "" for r in rows], dtype=pl.String
            )
            for column in self._columns
        }
        lines = np.array([record.line for record in rows], np.int64)
        return Frame(columns, lines, rows, cut_of(block, len(rows)))

    def _is_ragged(self, record: Record) -> bool:
        if record.cells[0].lstrip().startswith("#"):
            return False
        if tuple(cell.strip() for cell in record.cells) in self._plan.heading:
            return False
        if record.width < self._plan.row_width:
            return record.width < min(self._plan.width, self._plan.row_width)
        surplus = record.cells[max(self._plan.width, self._plan.row_width) :]
        return any(cell.strip() for cell in surplus)


def below_heading(block: TextBlock, plan: Plan) -> TextBlock:
    """Return the block without the lines before the data."""
    skip = plan.first_line - block.first_line
    if skip <= 0:
        return block
    place = 0
    for _ in range(skip):
        end = block.data.find(b"\n", place)
        place = len(block.data) if end < 0 else end + 1
    return TextBlock(block.data[place:], plan.first_line, block.is_last)


def cut_of(block: TextBlock, height: int) -> int | None:
    """Return the position of the last row if the file ends in the middle of its line."""
    ends_open = block.is_last and block.data and not block.data.endswith(b"\n")
    return height - 1 if ends_open and height else None


def parse_regular(block: TextBlock, plan: Plan, columns: list[int]) -> pl.DataFrame | None:
    """Return columns ``column_0`` … as text, if every line has ``row_width`` cells."""
    lines = block.lines + (not block.data.endswith(b"\n"))
    if not lines or max(columns) >= plan.row_width or plan.row_width < 2:
        return None
    if count_byte(block.data, plan.separator.encode()) != (plan.row_width - 1) * lines:
        return None
    frame = parse_block(block.data, plan, columns, {}, comma=False)
    return frame if frame is not None and frame.height == lines else None


def parse_block(
    data: bytes,
    plan: Plan,
    columns: list[int],
    types: "dict[str, type[pl.DataType]]",
    *,
    comma: bool,
) -> pl.DataFrame | None:
    """Return columns of lines, null where a cell does not fit its type or its line is short.

    None where the parser refuses the lines. It may pass over surplus cells.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what polars warns of makes the block go the other way
        try:
            return pl.read_csv(
                data,
                has_header=False,
                columns=[f"column_{column}" for column in columns],
                separator=plan.separator,
                quote_char='"' if b'"' in data else None,
                infer_schema=False,
                schema_overrides=types,
                ignore_errors=True,
                empty_string_is_null=False,
                decimal_comma=comma,
            )
        except pl.exceptions.PolarsError:
            return None
