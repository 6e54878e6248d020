"""What values look like: stuck sensors, error codes, meter readings, too many digits."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.tabular.column_statistics import ColumnStatistics, Drop, EqualRun
from services.tabular.reading import MAX_ROWS_LISTED, Values

MIN_COUNTER_ROWS = 12
MIN_OUTLIER_ROWS = 20
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
_WIDE, _NEAR = 5.0, 1.0
_MAX_OUTLIER_SHARE = 0.1

Chunks = Callable[[], Iterable[Values]]


def flat_lines(column: ColumnStatistics) -> list[EqualRun]:
    """Return runs of one value in a series that otherwise moves.

    A value that comes back in several runs is a state (a pump that is off, a night without sun),
    and so is zero; a series of few distinct values is one of states as a whole.
    """
    if not column.runs:
        return []
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


def counter_resets(column: ColumnStatistics) -> list[Drop] | None:
    """Return where a meter that only rises fell; None if the column is no such meter.

    A reset falls to a tenth of the reading or less, and is rare.
    """
    if column.numeric < MIN_COUNTER_ROWS or column.low < 0:
        return None
    falls, rises, drops = column.falls, column.rises, column.drops
    if column.rises < column.falls and column.rises <= MAX_ROWS_LISTED:
        # newest first: the meter falls row by row
        falls, rises = column.rises, column.falls
        drops = [Drop(climb.row, climb.after, climb.before) for climb in column.climbs]
    if rises < 0.3 * (column.numeric - 1) or falls > max(1, 0.02 * column.numeric):
        return None
    if len(drops) < falls and falls > MAX_ROWS_LISTED:
        return None
    return drops if all(drop.after <= 0.1 * drop.before for drop in drops) else None


@dataclass(frozen=True)
class Outliers:
    """How many values lie apart, and the positions of the first of them."""

    count: int
    rows: list[int]
    values: list[float]


def outliers(
    column: ColumnStatistics, sample: NDArray[np.float64], chunks: Chunks
) -> Outliers | None:
    """Return the values beyond five times the range of the middle 90 %, and error codes near it.

    A value is reported only if it lies beyond the range by more than the range itself.
    """
    if column.numeric < MIN_OUTLIER_ROWS or len(sample) < MIN_OUTLIER_ROWS:
        return None
    low, high = (float(bound) for bound in np.quantile(sample, (0.05, 0.95)))
    spread = high - low
    if spread == 0:
        low, high = (float(bound) for bound in np.quantile(sample, (0.01, 0.99)))
        spread = max(high - low, abs(high) * 0.01)
    near = (low - _NEAR * spread, high + _NEAR * spread)
    if column.low >= near[0] and column.high <= near[1]:
        return None
    return _collected(chunks(), near, (low - _WIDE * spread, high + _WIDE * spread), column.numeric)


def _collected(
    chunks: Iterable[Values], near: tuple[float, float], wide: tuple[float, float], numeric: int
) -> Outliers | None:
    codes = np.array(sorted(ERROR_CODES))
    count, rows, values, start = 0, list[int](), list[float](), 0
    for chunk in chunks:
        if chunk.min() >= near[0] and chunk.max() <= near[1]:  # not so where a cell is NaN
            start += len(chunk)
            continue
        apart = (chunk < wide[0]) | (chunk > wide[1])
        outside = np.flatnonzero(((chunk < near[0]) | (chunk > near[1])) & ~apart)
        apart[outside[np.isin(chunk[outside], codes)]] = True
        places = np.flatnonzero(apart)
        count += len(places)
        for place in places[: MAX_ROWS_LISTED - len(rows)]:
            rows.append(start + int(place))
            values.append(float(chunk[place]))
        start += len(chunk)
    if not count or count > _MAX_OUTLIER_SHARE * numeric:
        return None
    return Outliers(count, rows, values)


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
