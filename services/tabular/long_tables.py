"""Parts the rows of a long file, in which one column names the series, into series."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from services.tabular.column_statistics import ColumnStatistics
from services.tabular.duplicates import Distinct, settle
from services.tabular.errors import UnreadableTable
from services.tabular.reading import Times, Values
from services.tabular.time_statistics import TimeOrder

MAX_SERIES = 5000
MAX_CELLS = 200_000_000


@dataclass(frozen=True)
class KeyedSeries:
    """Rows of one key: their positions in the file, statistics by value column, distinct rows."""

    key: str
    rows: NDArray[np.int64]
    columns: list[ColumnStatistics]
    order: TimeOrder
    distinct: Distinct


def part_by_key(
    keys: list[pl.Series], times: Times, values: Values, rule: str | None
) -> list[KeyedSeries]:
    """Return the series in the order in which their keys first come."""
    frame = pl.DataFrame({"key": pl.concat(keys)}).with_row_index("row")
    groups = frame.group_by("key", maintain_order=True).agg("row")
    if groups.height > MAX_SERIES:
        raise UnreadableTable(
            "too_many_series",
            f"the column holds {groups.height} names; at most {MAX_SERIES} "
            "series are read. Is it the right column?",
        )
    return [
        _series(key or "", rows.to_numpy().astype(np.int64), times, values, rule)
        for key, rows in zip(groups["key"], groups["row"], strict=True)
    ]


def _series(
    key: str, rows: NDArray[np.int64], times: Times, values: Values, rule: str | None
) -> KeyedSeries:
    own_times, own_values = times[rows], values[rows]
    columns = []
    for place in range(values.shape[1]):
        column = ColumnStatistics()
        column.add(own_values[:, place], 0)
        column.end()
        columns.append(column)
    order = TimeOrder()
    order.add(own_times)
    return KeyedSeries(key, rows, columns, order, settle(own_times, own_values, rule))


def align(series: list[KeyedSeries]) -> tuple[Times, Values]:
    """Return the union of all times, and values (times, keys x columns) with NaN where none is."""
    times = np.unique(np.concatenate([one.distinct.times for one in series]))
    width = series[0].distinct.values.shape[1]
    if len(times) * len(series) * width > MAX_CELLS:
        raise UnreadableTable(
            "too_many_cells", f"{len(series)} series at {len(times)} times are too many cells."
        )
    values = np.full((len(times), len(series) * width), np.nan)
    for place, one in enumerate(series):
        rows = np.searchsorted(times, one.distinct.times)
        values[rows, place * width : (place + 1) * width] = one.distinct.values
    return times, values
