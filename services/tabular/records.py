"""Splits lines into records of cells, with quotes, and knows the physical line of each."""

from collections.abc import Iterator
from dataclasses import dataclass

from services.tabular.errors import UnreadableTable

MAX_QUOTED_LINES = 100
MAX_CELLS = 200_000
_QUOTE = '"'


@dataclass(frozen=True)
class Record:
    """The cells of one record and the physical line on which it begins."""

    line: int
    cells: list[str]

    @property
    def is_blank(self) -> bool:
        """Whether no cell holds anything but blanks."""
        return not any(cell.strip() for cell in self.cells)

    @property
    def cells_lines(self) -> int:
        """How many line feeds lie inside its cells."""
        return sum(cell.count("\n") for cell in self.cells)

    @property
    def width(self) -> int:
        """How many cells there are."""
        return len(self.cells)


def records_of(text: str, separator: str, first_line: int) -> Iterator[Record]:
    """Yield the records of the text. Raises ``UnreadableTable`` for a quote never closed.

    A quoted cell may hold separators, doubled quotes and line feeds. Blank lines are records
    with one empty cell. A text that ends inside a quote raises too.
    """
    lines = text.split("\n")
    if lines and not lines[-1]:
        lines.pop()
    position, count = 0, len(lines)
    while position < count:
        start, line = position, lines[position]
        position += 1
        if _QUOTE not in line:
            yield Record(first_line + start, line.split(separator))
            continue
        cells, opened = split_quoted(line, separator)
        while opened is not None:
            if position >= count or position - start > MAX_QUOTED_LINES:
                _refuse_open(first_line + start, opened)
            line = f"{line}\n{lines[position]}"
            position += 1
            cells, opened = split_quoted(line, separator)
        yield Record(first_line + start, cells)


def _refuse_open(line: int, column: int) -> None:
    raise UnreadableTable(
        "unclosed_quote",
        'a quote (") is opened here and never closed. Close it or remove it.',
        row=line,
        column=column,
    )


def split_quoted(line: str, separator: str) -> tuple[list[str], int | None]:
    """Return the cells, and the column (from 1) whose quote is still open, if one is."""
    cells: list[str] = []
    position, end = 0, len(line)
    while True:
        start = position
        while start < end and line[start] == " ":
            start += 1
        if start < end and line[start] == _QUOTE:
            closing = _closing(line, start + 1)
            if closing < 0:
                return cells, len(cells) + 1
            after = line.find(separator, closing + 1)
            after = end if after < 0 else after
            body = line[start + 1 : closing].replace('""', _QUOTE)
            cells.append(body + line[closing + 1 : after].rstrip(" "))
        else:
            after = line.find(separator, position)
            after = end if after < 0 else after
            cells.append(line[position:after])
        if after >= end:
            return cells, None
        position = after + 1


def _closing(line: str, position: int) -> int:
    while True:
        place = line.find(_QUOTE, position)
        if place < 0 or line[place + 1 : place + 2] != _QUOTE:
            return place
        position = place + 2
