"""Remembers the physical line of each row in little space: rows mostly follow line by line."""

from bisect import bisect_right
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray


class LineMap:
    """Maps positions of rows to lines; stores only where a row does not follow its predecessor."""

    def __init__(self) -> None:
        self._rows: list[int] = []
        self._lines: list[int] = []
        self._next = -1
        self.rows = 0

    def add(self, lines: NDArray[np.int64]) -> None:
        """Take the lines of the next rows."""
        if not len(lines):
            return
        breaks = np.flatnonzero(np.diff(lines) != 1) + 1
        if int(lines[0]) != self._next:
            self._note(0, int(lines[0]))
        for place in breaks:
            self._note(int(place), int(lines[place]))
        self._next = int(lines[-1]) + 1
        self.rows += len(lines)

    def add_range(self, first: int, count: int) -> None:
        """Take rows of which each stands on the line below its predecessor."""
        if first != self._next:
            self._note(0, first)
        self._next = first + count
        self.rows += count

    def _note(self, place: int, line: int) -> None:
        self._rows.append(self.rows + place)
        self._lines.append(line)

    def line(self, row: int) -> int:
        """Return the line of the row at this position."""
        place = bisect_right(self._rows, row) - 1
        return self._lines[place] + row - self._rows[place]

    def lines(self, rows: Iterable[int]) -> tuple[int, ...]:
        """Return the lines of rows at these positions."""
        return tuple(self.line(int(row)) for row in rows)
