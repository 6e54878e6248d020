"""Statistics of value columns in one pass over the rows as they come."""

import math
from collections import Counter
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from services.tabular.reading import MAX_ROWS_LISTED, Values

MIN_FLAT_ROWS = 12
_MAX_RUNS = 200
_SAMPLE_CELLS = 1_000_000
_HEAD_ROWS = 2000
_DEEP, _ROUNDING = 0.1, 1e-12

Column = NDArray[np.float64]


@dataclass(frozen=True)
class EqualRun:
    """Equal values one after the other: first and last row, from 0."""

    first: int
    last: int
    value: float

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return self.last - self.first + 1


@dataclass(frozen=True)
class Drop:
    """A value that is smaller than the one before it."""

    row: int
    before: float
    after: float


@dataclass
class ColumnStatistics:
    """Counts of one column. ``rises`` and ``falls`` compare each number with the one before.

    ``deep_falls`` are those to a tenth or less, and ``deep_rises`` those from a tenth or less; of
    these only the rarer kind of a block is counted.
    """

    numeric: int = 0
    low: float = math.inf
    high: float = -math.inf
    sums: list[float] = field(default_factory=list)
    rises: int = 0
    falls: int = 0
    equals: int = 0
    drops: list[Drop] = field(default_factory=list)
    climbs: list[Drop] = field(default_factory=list)
    deep_falls: int = 0
    deep_rises: int = 0
    runs: list[EqualRun] = field(default_factory=list)
    run_values: Counter[float] = field(default_factory=Counter)
    run_rows: int = 0
    head: list[Column] = field(default_factory=list)
    _head_rows: int = 0
    _last: float | None = None
    _open: tuple[int, int, float] | None = None

    @property
    def total(self) -> float:
        """The sum of all numbers, correctly rounded over blocks."""
        return math.fsum(self.sums)

    def add(self, column: Column, first_row: int) -> None:
        """Take the next values of the column; NaN is no number."""
        empty = np.isnan(column)
        has_gaps = bool(empty.any())
        numbers = column[~empty] if has_gaps else column
        if not len(numbers):
            self._close_run()
            return
        self.numeric += len(numbers)
        self.low = min(self.low, float(numbers.min()))
        self.high = max(self.high, float(numbers.max()))
        self.sums.append(float(numbers.sum()))
        if self._head_rows < _HEAD_ROWS:
            self.head.append(numbers[: _HEAD_ROWS - self._head_rows].copy())
            self._head_rows += len(self.head[-1])
        rows = np.flatnonzero(~empty) if has_gaps else None
        self._compare(numbers, rows, first_row)
        self._last = float(numbers[-1])

    def _compare(self, numbers: Column, rows: NDArray[np.int64] | None, first_row: int) -> None:
        before = self._last if self._last is not None else float(numbers[0])
        change = np.empty(len(numbers))
        change[0] = numbers[0] - before
        np.subtract(numbers[1:], numbers[:-1], out=change[1:])
        rises, falls = change > 0, change < 0
        up, down = int(np.count_nonzero(rises)), int(np.count_nonzero(falls))
        self.rises, self.falls = self.rises + up, self.falls + down
        self.equals += len(numbers) - up - down - (self._last is None)
        if up <= down:
            self.deep_rises += _count_deep(numbers[rises] - change[rises], numbers[rises])
        if down <= up:
            self.deep_falls += _count_deep(numbers[falls], numbers[falls] - change[falls])
        if down and len(self.drops) < MAX_ROWS_LISTED:
            self.drops += self._places(falls, numbers, before, rows, first_row, self.drops)
        if up and len(self.climbs) < MAX_ROWS_LISTED:
            self.climbs += self._places(rises, numbers, before, rows, first_row, self.climbs)
        if up + down < len(numbers) or self._open:
            self._find_runs(change, numbers, rows, first_row)

    @staticmethod
    def _places(
        mask: NDArray[np.bool_],
        numbers: Column,
        before: float,
        rows: NDArray[np.int64] | None,
        first_row: int,
        listed: list[Drop],
    ) -> list[Drop]:
        places = np.flatnonzero(mask)[: MAX_ROWS_LISTED - len(listed)]
        return [
            Drop(
                first_row + int(rows[p] if rows is not None else p),
                float(numbers[p - 1]) if p else before,
                float(numbers[p]),
            )
            for p in places
        ]

    def _find_runs(
        self, change: Column, numbers: Column, rows: NDArray[np.int64] | None, first_row: int
    ) -> None:
        """Find runs of equal values; a run that is open at the end goes on in the next block.

        Only numbers that equal the one before are looked at: mostly they are few.
        """
        end = len(numbers) - 1
        firsts, lasts = _stretches(np.flatnonzero(change == 0))
        if len(firsts) and firsts[0] == 0:  # the first number goes on with the run before it
            if self._open:
                self._open = (self._open[0], self._row(lasts[0], rows, first_row), self._open[2])
                if lasts[0] == end:
                    return
                firsts, lasts = firsts[1:], lasts[1:]
            else:
                firsts = np.append(1, firsts[1:])
        self._close_run()
        for place in np.flatnonzero((lasts - firsts + 2 >= MIN_FLAT_ROWS) & (lasts < end)):
            first, last = int(firsts[place]) - 1, int(lasts[place])
            self._add_run(
                self._row(first, rows, first_row),
                self._row(last, rows, first_row),
                float(numbers[first]),
                last - first + 1,
            )
        first = int(firsts[-1]) - 1 if len(lasts) and lasts[-1] == end else end
        self._open = (
            self._row(first, rows, first_row),
            self._row(end, rows, first_row),
            float(numbers[first]),
        )

    @staticmethod
    def _row(place: int | np.int64, rows: NDArray[np.int64] | None, first_row: int) -> int:
        return first_row + int(rows[place] if rows is not None else place)

    def _close_run(self) -> None:
        if self._open and self._open[1] - self._open[0] + 1 >= MIN_FLAT_ROWS:
            first, last, value = self._open
            self._add_run(first, last, value, last - first + 1)
        self._open = None

    def _add_run(self, first: int, last: int, value: float, rows: int) -> None:
        self.run_values[value] += 1
        self.run_rows += rows
        self.runs.append(EqualRun(first, last, value))
        if len(self.runs) > 2 * _MAX_RUNS:
            self.runs = sorted(self.runs, key=lambda run: -run.rows)[:_MAX_RUNS]

    def end(self) -> None:
        """Note that there are no more values."""
        self._close_run()


def _count_deep(small: Column, large: Column) -> int:
    return int(np.count_nonzero(small <= _DEEP * large + _ROUNDING * abs(large)))


def _stretches(places: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the first and last of each stretch of places, sorted, that follow each other."""
    if not len(places):
        return places, places
    breaks = np.flatnonzero(np.diff(places) != 1)
    return places[np.append(0, breaks + 1)], places[np.append(breaks, -1)]


class Sampler:
    """Keeps every so many rows of a table of unknown length, at most a million cells."""

    def __init__(self, columns: int) -> None:
        self._max_rows = max(100, _SAMPLE_CELLS // max(1, columns))
        self._parts: list[Values] = []
        self._stride, self._kept, self._seen = 1, 0, 0

    def add(self, values: Values) -> None:
        """Take the next rows."""
        start = -self._seen % self._stride
        part = values[start :: self._stride]
        self._seen += len(values)
        self._parts.append(np.array(part))
        self._kept += len(part)
        while self._kept > 2 * self._max_rows:
            whole = np.concatenate(self._parts)[::2]
            self._parts, self._kept = [whole], len(whole)
            self._stride *= 2

    def column(self, place: int) -> Column:
        """Return the numbers of the sample in one column."""
        column = np.concatenate([part[:, place] for part in self._parts] or [np.empty(0)])
        numbers: Column = column[~np.isnan(column)]
        return numbers
