"""A column of windows, held as the values at its instants: no window is copied.

Windows overlap: with a step of 15 min and points every 15 min each instant lies in 97 windows. So
a column keeps one value per instant; step k of the window of reference time g is instant
``g * stride + shift[k]``.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from services.forecasting.windows.geometry import Instants, ReferenceGrid
from services.forecasting.windows.reasons import DropReason, Reasons
from services.forecasting.windows.resample import Mask, Resampled
from services.forecasting.windows.series import Floats, Integers

Value = TypeVar("Value", bound=np.generic)
MAX_UNUSED = 2  # times as many instants as are read may be held for the sake of an even raster
Parts = Callable[[], Iterator[tuple[slice, Resampled]]]


@dataclass(frozen=True, kw_only=True, eq=False)
class Layout:
    """Where the points of the windows lie among a column's instants.

    ``times`` are the instants, shape (m,); ``shift`` has shape (N,).
    """

    times: Instants
    shift: Integers
    stride: int = 1

    @cached_property
    def shifts(self) -> tuple[int, ...]:
        """Return the distinct shifts: one for a value that is repeated N times."""
        return tuple(int(one) for one in np.unique(self.shift))

    @cached_property
    def spacing(self) -> int | None:
        """Return how far apart the points of a window lie; None if that differs or runs back."""
        steps = np.unique(np.diff(self.shift))
        if len(steps) > 1 or steps.min(initial=0) < 0:
            return None
        return int(steps[0]) if len(steps) else 0

    def used(self, grid_rows: Integers) -> Mask:
        """Return which instants the windows of some reference times read, shape (m,)."""
        used = np.zeros(len(self.times), dtype=bool)
        for shift in self.shifts:
            used[grid_rows * self.stride + shift] = True
        return used

    def any_of(self, instants: Mask, count: int) -> Mask:
        """Return for each of ``count`` reference times whether its window has such an instant."""
        hit = np.zeros(count, dtype=bool)
        for shift in self.shifts:
            hit |= self._step(instants, shift, count)
        return hit

    def first_reason(self, reasons: Reasons, count: int) -> tuple[Integers, Reasons]:
        """Return the step and the reason of the first point that cannot be filled, or 0 and 0."""
        step, reason = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.uint8)
        if not reasons.any():
            return step, reason
        for k in range(len(self.shift))[::-1]:
            here = self._step(reasons, int(self.shift[k]), count)
            bad = here != DropReason.NONE
            step[bad], reason[bad] = k, here[bad]
        return step, reason

    def _step(self, of: NDArray[Value], shift: int, count: int) -> NDArray[Value]:
        return of[shift :: self.stride][:count]


def lattice(grid: ReferenceGrid, offsets: Instants) -> Layout:
    """Return the instants ``reference time + offset`` of all windows, each of them once.

    They lie on one raster as fine as step and spacing need, unless most of it would be unused.
    """
    sparse = _by_residue(grid, offsets)
    raster = int(np.gcd.reduce(np.concatenate([[grid.step], np.diff(offsets)])))
    stride, shift = grid.step // raster, (offsets - offsets[0]) // raster
    length = max(0, grid.count - 1) * stride + int(shift[-1]) + 1
    if grid.count and length <= MAX_UNUSED * len(sparse.times):
        start = grid.start + int(offsets[0])
        times = start + raster * np.arange(length, dtype=np.int64)
        return Layout(times=times, shift=shift, stride=stride)
    return sparse


def _by_residue(grid: ReferenceGrid, offsets: Instants) -> Layout:
    """Return the instants that are read and no other: offsets a whole step apart share theirs."""
    whole, rest = np.divmod(offsets, grid.step)
    shift = np.empty(len(offsets), dtype=np.int64)
    pieces: list[Instants] = []
    begin = 0
    for residue in np.unique(rest):
        steps = np.flatnonzero(rest == residue)
        wholes = np.unique(whole[steps])
        for run in _runs(wholes, grid.count):
            length = grid.count + int(run[-1] - run[0])
            members = steps[(whole[steps] >= run[0]) & (whole[steps] <= run[-1])]
            shift[members] = begin + whole[members] - run[0]
            start = grid.start + int(residue) + int(run[0]) * grid.step
            pieces.append(start + grid.step * np.arange(length, dtype=np.int64))
            begin += length
    return Layout(times=np.concatenate(pieces), shift=shift)


def repeated(grid: ReferenceGrid, steps: int, offset: int = 0) -> Layout:
    """Return one instant per reference time, whose value stands at each of N steps."""
    return Layout(times=grid.times + offset, shift=np.zeros(steps, dtype=np.int64))


def separate(grid: ReferenceGrid, offsets: Instants) -> Layout:
    """Return every point of every window for itself: its value depends on the reference time."""
    times = (grid.times[:, None] + offsets[None, :]).ravel()
    return Layout(times=times, shift=np.arange(len(offsets), dtype=np.int64), stride=len(offsets))


def _runs(wholes: Integers, count: int) -> list[Integers]:
    """Cut sorted steps where a gap is longer than the grid: nobody reads what lies between."""
    return np.split(wholes, np.flatnonzero(np.diff(wholes) > count) + 1)


@dataclass(frozen=True, kw_only=True, eq=False)
class WindowColumn:
    """A column: its name and the value at each of its instants, shape (m,)."""

    name: str
    layout: Layout
    values: Floats | NDArray[np.float32]

    def windows(self, grid_rows: Integers) -> Floats | NDArray[np.float32]:
        """Return the windows of some reference times, shape (k, N)."""
        return np.asarray(self.values[grid_rows[:, None] * self.layout.stride + self.layout.shift])

    def range(self, grid_rows: Integers) -> tuple[float, float]:
        """Return the lowest and the highest value in the windows of some reference times."""
        values = self.values[self.layout.used(grid_rows)]
        return float(values.min()), float(values.max())

    def with_values(self, values: Floats | NDArray[np.float32]) -> "WindowColumn":
        """Return the column with other values at the same instants."""
        return replace(self, values=values)


@dataclass(frozen=True, kw_only=True, eq=False)
class SeriesColumn(WindowColumn):
    """A column that was resampled from raw rows, and knows which of them each window reads.

    ``parts`` resamples again, instants by instants: what rows were used is not kept in memory.
    """

    origin: str
    raw_count: int
    parts: Parts

    def rows_used(self, grid_rows: Integers) -> Mask:
        """Return which raw rows the windows of some reference times read, shape (raw rows,)."""
        used, rows = self.layout.used(grid_rows), np.zeros(self.raw_count, dtype=bool)
        for part, resampled in self.parts():
            here = used[part]
            size = len(resampled.raw) + 1
            edges = np.bincount(resampled.first[here], minlength=size)
            edges -= np.bincount(resampled.last[here], minlength=size)
            rows[resampled.raw[np.cumsum(edges)[:-1] > 0]] = True
        return rows

    def reads_any(self, rows: Mask, count: int) -> Mask:
        """Return for each of ``count`` reference times whether its window reads such a raw row."""
        instants = np.zeros(len(self.layout.times), dtype=bool)
        for part, resampled in self.parts():
            before = np.concatenate([[0], np.cumsum(rows[resampled.raw])])
            instants[part] = before[resampled.last] > before[resampled.first]
        return self.layout.any_of(instants, count)
