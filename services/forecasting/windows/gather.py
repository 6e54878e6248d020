"""Gathering batches: columns that are spaced alike stand side by side in one table.

The windows of such a table are a strided view of it; a batch copies from that view whole rows of
memory. The table holds each instant once, so that it is about as large as the raw series.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from services.forecasting.windows.columns import WindowColumn
from services.forecasting.windows.series import Integers

Tensor = NDArray[np.floating]
MAX_COPIED = 8  # instants per reference time: a single column of more stays where it is
CHUNK_ROWS = 2048  # of a batch at once, where it is put together from several tables


@dataclass(frozen=True, kw_only=True, eq=False)
class WindowTable:
    """Some columns of the batch: their numbers, and their windows, shape (grid, N, columns)."""

    numbers: tuple[int, ...]
    windows: Tensor

    @property
    def place(self) -> slice | list[int]:
        """Return where in a batch the columns stand."""
        first, last = self.numbers[0], self.numbers[-1] + 1
        together = last - first == len(self.numbers)
        return slice(first, last) if together else list(self.numbers)


@dataclass(frozen=True, kw_only=True, eq=False)
class Gatherer:
    """Batches of N steps and some columns in one dtype."""

    steps: int
    width: int
    dtype: np.dtype[np.floating]
    tables: tuple[WindowTable, ...]
    others: tuple[tuple[int, WindowColumn], ...]

    @classmethod
    def of(
        cls,
        columns: Sequence[WindowColumn],
        count: int,
        steps: int,
        dtype: np.dtype[np.floating],
    ) -> "Gatherer":
        """Return the gatherer of some columns over ``count`` reference times."""
        groups: dict[tuple[int, int], list[int]] = {}
        others: list[tuple[int, WindowColumn]] = []
        for number, column in enumerate(columns):
            if column.values is None:
                others.append((number, column))
            else:
                key = column.layout.stride, column.layout.spacing
                groups.setdefault(key, []).append(number)
        tables = [
            WindowTable(
                numbers=tuple(numbers),
                windows=_windows([columns[one] for one in numbers], count, *key, dtype),
            )
            for key, numbers in groups.items()
        ]
        return cls(
            steps=steps,
            width=len(columns),
            dtype=dtype,
            tables=tuple(tables),
            others=tuple(others),
        )

    def batch(self, grid_rows: Integers) -> Tensor:
        """Return the windows of some reference times, shape (k, N, columns)."""
        alone = self.tables[0].windows if len(self.tables) == 1 and not self.others else None
        if alone is not None and alone.dtype == self.dtype:
            return alone[grid_rows]
        out = np.empty((len(grid_rows), self.steps, self.width), dtype=self.dtype)
        for begin in range(0, len(grid_rows), CHUNK_ROWS):
            part, rows = out[begin : begin + CHUNK_ROWS], grid_rows[begin : begin + CHUNK_ROWS]
            for table in self.tables:
                part[:, :, table.place] = table.windows[rows]
            for number, column in self.others:
                part[:, :, number] = column.windows(rows)
        return out


def _windows(
    columns: Sequence[WindowColumn],
    count: int,
    stride: int,
    spacing: int,
    dtype: np.dtype[np.floating],
) -> Tensor:
    """Return all windows of columns with one spacing as a read-only view."""
    steps = len(columns[0].layout.shift)
    length = max(0, (count - 1) * stride) + spacing * (steps - 1) + 1
    if not count:
        return np.empty((0, steps, len(columns)), dtype=dtype)
    values = [column.values[:length] for column in columns if column.values is not None]
    if len(values) == 1 and length > MAX_COPIED * count:
        table: Tensor = values[0][:, None]
    else:
        table = np.empty((length, len(values)), dtype=dtype)
        for number, one in enumerate(values):
            table[:, number] = one
    row, item = table.strides
    return as_strided(
        table,
        shape=(count, steps, len(columns)),
        strides=(stride * row, spacing * row, item),
        writeable=False,
    )
