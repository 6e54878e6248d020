"""A column of windows, held as the values at its instants: no window is copied.

Windows overlap: with a step of 15 min and points every 15 min each instant lies in 97 windows, and
its value is held once. Where windows share so little that this would be a copy of all of them, the
values are computed again for each batch.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from services.forecasting.windows.layout import Layout
from services.forecasting.windows.resample import Mask, Resampled
from services.forecasting.windows.series import Integers

CHUNK = 1 << 19  # instants that are worked on at once
MAX_HELD = 2_000_000  # instants of a column that are held in any case: 16 MB
MAX_HELD_PER_REFERENCE = 4
Values = NDArray[np.floating]
Compute = Callable[[Integers], Values]
Resample = Callable[[Integers], Iterator[tuple[slice, Resampled]]]


def is_held(layout: Layout) -> bool:
    """Return whether the values of a column are worth holding."""
    return layout.length <= max(MAX_HELD, MAX_HELD_PER_REFERENCE * layout.grid.count)


def chunks(length: int) -> Iterator[slice]:
    """Yield slices that cover ``length`` instants."""
    for begin in range(0, length, CHUNK):
        yield slice(begin, min(length, begin + CHUNK))


@dataclass(frozen=True, kw_only=True, eq=False)
class WindowColumn:
    """A column: its name, its instants and their values.

    ``values`` has shape (layout.length,), or is None where ``compute`` gives them for the numbers
    of some instants.
    """

    name: str
    layout: Layout
    values: Values | None
    compute: Compute

    @classmethod
    def computed(cls, name: str, layout: Layout, compute: Compute) -> "WindowColumn":
        """Return a column whose values are held if that is worth it."""
        values = compute(np.arange(layout.length, dtype=np.int64)) if is_held(layout) else None
        return cls(name=name, layout=layout, values=values, compute=compute)

    def at(self, index: Integers) -> Values:
        """Return the values of some instants, shape of ``index``."""
        if self.values is not None:
            return np.asarray(self.values[index])
        return self.compute(index.ravel()).reshape(index.shape)

    def windows(self, grid_rows: Integers) -> Values:
        """Return the windows of some reference times, shape (k, N)."""
        return self.at(self.layout.index(grid_rows))

    def range(self, grid_rows: Integers) -> tuple[float, float]:
        """Return the lowest and the highest value in the windows of some reference times."""
        index = np.flatnonzero(self.layout.used(grid_rows))
        parts = [self.at(index[part]) for part in chunks(len(index))]
        return min(float(one.min()) for one in parts), max(float(one.max()) for one in parts)

    def mapped(self, rule: Callable[[Values], Values]) -> "WindowColumn":
        """Return the column with a rule applied to each value, in float32."""
        if self.values is not None:
            return replace(self, values=rule(self.values).astype(np.float32))
        return replace(self, compute=partial(_then, rule, self.compute))


def _then(rule: Callable[[Values], Values], compute: Compute, index: Integers) -> Values:
    return rule(compute(index))


@dataclass(frozen=True, kw_only=True, eq=False)
class SeriesColumn(WindowColumn):
    """A column that was resampled from raw rows, and knows which of them each window reads.

    ``resample`` yields chosen instants with their values and rows: what rows were used is not kept
    in memory. ``is_monotone`` says that later windows read no earlier rows.
    """

    origin: str
    raw_count: int
    resample: Resample
    is_monotone: bool

    def rows_used(self, grid_rows: Integers) -> Mask:
        """Return which raw rows the windows of some reference times read, shape (raw rows,)."""
        chosen = np.flatnonzero(self.layout.used(grid_rows))
        rows = np.zeros(self.raw_count, dtype=bool)
        for _, resampled in self.resample(chosen):
            size = len(resampled.raw) + 1
            edges = np.bincount(resampled.first, minlength=size)
            edges -= np.bincount(resampled.last, minlength=size)
            rows[resampled.raw[np.cumsum(edges)[:-1] > 0]] = True
        return rows

    def reads_any(self, rows: Mask, grid_rows: Integers) -> Mask:
        """Return for each of some kept reference times whether its window reads one of the rows."""
        hit = np.zeros(self.layout.grid.count, dtype=bool)
        candidates = self._candidates(rows, grid_rows)
        chosen = np.flatnonzero(self.layout.used(candidates))
        instants = np.zeros(self.layout.length, dtype=bool)
        for part, resampled in self.resample(chosen):
            before = np.concatenate([[0], np.cumsum(rows[resampled.raw])])
            instants[chosen[part]] = before[resampled.last] > before[resampled.first]
        hit[candidates] = self.layout.any_of(instants)[candidates]
        return hit[grid_rows]

    def _candidates(self, rows: Mask, grid_rows: Integers) -> Integers:
        """Return the reference times whose last point reads no row before the first of ``rows``."""
        if not rows.any() or not self.is_monotone:
            return grid_rows if rows.any() else grid_rows[:0]
        last_points = grid_rows * self.layout.stride + self.layout.shift[-1]
        earliest, reach = int(np.argmax(rows)), np.empty(len(grid_rows), dtype=np.int64)
        for part, resampled in self.resample(last_points):
            last = np.maximum(resampled.last - 1, 0)
            reach[part] = resampled.raw[last] if len(resampled.raw) else -1
        return grid_rows[reach >= earliest]
