"""What values look like: stuck sensors, error codes, meter readings, too many digits."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from services.tabular.column_statistics import ColumnStatistics, Drop, EqualRun
from services.tabular.reading import MAX_ROWS_LISTED, Values

MIN_COUNTER_ROWS = 12
MIN_OUTLIER_ROWS = 20
_MAX_RESET_SHARE = 0.05
# what loggers store where they measure nothing
ERROR_CODES = frozenset(
    {
        -999.9,
        -999.0,
        -9999.0,
        -99999.0,
        -9999.9,
        -99.9,
        -99.0,
        999.9,
        9999.0,
        99999.0,
        999999.0,
        9999.9,
        65535.0,
        65536.0,
        6553.5,
        655.35,
        32767.0,
        -32768.0,
        3276.7,
        -3276.8,
        327.67,
        -327.68,
        4294967295.0,
        2147483647.0,
        -2147483648.0,
        7999.0,
        6999.0,
        -7999.0,
        1e20,
        1e30,
        -1e30,
        9.969209968386869e36,
        850.0,
        85.0,
    }
)
# of those, which are also readings: they count as codes only where they are rare
_READINGS_TOO = frozenset({850.0, 85.0, 999.9, 99999.0, 999999.0, 6999.0, 7999.0, -99.0, -99.9})
_CODES = np.array(sorted(ERROR_CODES))
_SURE_CODES = np.array(sorted(ERROR_CODES - _READINGS_TOO))
_MINUS_ONE, _MIN_MINUS_ONES, _MIN_VALUES = -1.0, 3, 10
_WIDE, _NEAR = 5.0, 1.0
_MAX_OUTLIER_SHARE = 0.1

Chunks = Callable[[], Iterable[Values]]


def flat_lines(column: ColumnStatistics) -> list[EqualRun]:
    """Return runs of one value in a series that otherwise moves.

    A series of one value is one run. A value that comes back in several runs is a state (a pump
    that is off, a night without sun), and so is zero; a series of few distinct values is one of
    states as a whole.
    """
    if not column.runs:
        return []
    if not column.rises and not column.falls:
        return column.runs[:1]
    moves = column.numeric - column.run_rows
    equals_elsewhere = column.equals - (column.run_rows - sum(column.run_values.values()))
    if moves < 12 or equals_elsewhere * 2 > moves:
        return []
    usual = moves / max(1, moves - equals_elsewhere)
    return [
        run
        for run in sorted(column.runs, key=lambda run: run.first)
        if run.rows >= 8 * usual and run.value != 0 and column.run_values[run.value] < 3
    ]


@dataclass(frozen=True)
class Resets:
    """How often a meter fell, and the first of these falls."""

    count: int
    drops: list[Drop]


def counter_resets(column: ColumnStatistics) -> Resets | None:
    """Return where a meter that only rises fell; None if the column is no such meter.

    A reset falls to a tenth of the reading or less, and is rare: an hourly reading that begins
    anew each day is the most frequent one.
    """
    if column.numeric < MIN_COUNTER_ROWS or column.low < 0:
        return None
    falls, rises, resets = column.falls, column.rises, column.deep_falls
    drops = column.drops
    if column.rises < column.falls:
        # newest first: the meter falls row by row
        falls, rises, resets = column.rises, column.falls, column.deep_rises
        drops = [Drop(climb.row, climb.after, climb.before) for climb in column.climbs]
    if rises < 0.3 * (column.numeric - 1) or falls > max(2, _MAX_RESET_SHARE * column.numeric):
        return None
    return Resets(falls, drops) if resets == falls else None


@dataclass(frozen=True)
class Outliers:
    """How many values lie apart, and the positions of the first of them.

    ``only_codes`` says that the series has no other values.
    """

    count: int
    rows: list[int]
    values: list[float]
    only_codes: bool = False

    @property
    def codes(self) -> list[float]:
        """The error codes among the values that are listed."""
        known = ERROR_CODES | {_MINUS_ONE}
        return [value for value in dict.fromkeys(self.values) if value in known]


def outliers(
    column: ColumnStatistics, sample: NDArray[np.float64], chunks: Chunks
) -> Outliers | None:
    """Return the values beyond five times the range of the middle 90 %, and error codes near it.

    A value is reported only if it lies beyond the range by more than the range itself. The range
    is that of the values that are no error codes: a sensor may be broken most of the time.
    """
    if column.numeric < MIN_OUTLIER_ROWS or len(sample) < MIN_OUTLIER_ROWS:
        return None
    codes = _codes_of(sample)
    plain = sample[~np.isin(sample, codes)]
    if not len(plain):
        return Outliers(column.numeric, [], [float(sample[0])], only_codes=True)
    sample = plain
    low, high = (float(bound) for bound in np.quantile(sample, (0.05, 0.95)))
    spread = high - low
    if spread == 0:
        low, high = (float(bound) for bound in np.quantile(sample, (0.01, 0.99)))
        spread = max(high - low, abs(high) * 0.01)
    near = (low - _NEAR * spread, high + _NEAR * spread)
    if column.low >= near[0] and column.high <= near[1]:
        return None
    wide = (low - _WIDE * spread, high + _WIDE * spread)
    rare = _Apart()
    for start, chunk in _outside(chunks(), near):
        apart = (chunk < wide[0]) | (chunk > wide[1])
        rest = np.flatnonzero(((chunk < near[0]) | (chunk > near[1])) & ~apart)
        apart[rest[np.isin(chunk[rest], np.append(_CODES, codes))]] = True
        rare.add(start, chunk, apart)
    if rare.count <= _MAX_OUTLIER_SHARE * column.numeric:
        return rare.outliers()
    frequent = _Apart()
    for start, chunk in _outside(chunks(), near):
        beyond = (chunk < near[0]) | (chunk > near[1])
        frequent.add(start, chunk, beyond & np.isin(chunk, codes))
    return frequent.outliers()


def codes_apart(values: NDArray[np.float64]) -> dict[float, int]:
    """Return the error codes that lie beyond the other values by more than their range, counted."""
    if len(values) < MIN_OUTLIER_ROWS:
        return {}
    is_code = np.isin(values, _codes_of(values))
    plain = values[~is_code]
    if not len(plain) or not is_code.any():
        return {}
    low, high = float(plain.min()), float(plain.max())
    spread = max(high - low, abs(high) * 0.01)
    codes, counts = np.unique(values[is_code], return_counts=True)
    return {
        float(code): int(count)
        for code, count in zip(codes, counts, strict=True)
        if code < low - spread or code > high + spread
    }


def _codes_of(sample: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the values that are error codes however often they come.

    -1 is one where it comes several times and nothing else of many values is negative.
    """
    rest = sample[sample != _MINUS_ONE]
    if len(sample) - len(rest) < _MIN_MINUS_ONES or not len(rest) or rest.min() < 0:
        return _SURE_CODES
    is_state = len(np.unique(rest)) < _MIN_VALUES
    return _SURE_CODES if is_state else np.append(_SURE_CODES, _MINUS_ONE)


def _outside(chunks: Iterable[Values], near: tuple[float, float]) -> Iterator[tuple[int, Values]]:
    """Yield the chunks that have a value out of the range, with the row where each begins."""
    start = 0
    for chunk in chunks:
        if not (chunk.min() >= near[0] and chunk.max() <= near[1]):  # so where a cell is NaN
            yield start, chunk
        start += len(chunk)


@dataclass
class _Apart:
    """Counts values and keeps the first of them."""

    count: int = 0
    rows: list[int] = field(default_factory=list)
    values: list[float] = field(default_factory=list)

    def add(self, start: int, chunk: Values, apart: NDArray[np.bool_]) -> None:
        """Take the values of a chunk that are marked."""
        places = np.flatnonzero(apart)
        self.count += len(places)
        for place in places[: MAX_ROWS_LISTED - len(self.rows)]:
            self.rows.append(start + int(place))
            self.values.append(float(chunk[place]))

    def outliers(self) -> Outliers | None:
        """Return what was counted; None if there is nothing."""
        return Outliers(self.count, self.rows, self.values) if self.count else None


def loses_float32(column: ColumnStatistics) -> bool:
    """Whether 32-bit numbers would blur what the column shows from row to row."""
    if max(abs(column.low), abs(column.high)) <= 2**24 or not column.head:
        return False
    head = np.concatenate(column.head)
    with np.errstate(over="ignore"):
        error = np.abs(head - head.astype(np.float32)).max()
    change = np.abs(np.diff(head))
    change = change[change > 0]
    return bool(len(change) and error > 0.1 * np.median(change))
