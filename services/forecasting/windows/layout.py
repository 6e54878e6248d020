"""Where the points of all windows of a column lie, each distinct instant once."""

from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from services.forecasting.windows.geometry import Instants, ReferenceGrid
from services.forecasting.windows.reasons import DropReason, Reasons
from services.forecasting.windows.resample import Mask
from services.forecasting.windows.series import Integers

Value = TypeVar("Value", bound=np.generic)


@dataclass(frozen=True, kw_only=True, eq=False)
class Layout:
    """Step k of the window of reference time g is instant ``g * stride + shift[k]``.

    Instants lie on an even raster from ``start`` on. Where no raster fits, and where a value
    depends on the reference time, each point is an instant of its own: with the ``offsets`` of the
    steps, shape (N,). ``shift`` has shape (N,), ``length`` is the number of instants.
    """

    grid: ReferenceGrid
    shift: Integers
    stride: int
    length: int
    start: int
    raster: int
    offsets: Instants | None = None

    def times(self, index: Integers) -> Instants:
        """Return when some instants are, in microseconds."""
        if self.offsets is None:
            return self.start + self.raster * index
        row, step = self.places(index)
        return self.grid.start + self.grid.step * row + self.offsets[step]

    def places(self, index: Integers) -> tuple[Integers, Integers]:
        """Return reference time and step of instants that are points of their own."""
        if self.stride == 1:
            step, row = np.divmod(index, max(1, self.grid.count))
        else:
            row, step = np.divmod(index, self.stride)
        return row, step

    def index(self, grid_rows: Integers) -> Integers:
        """Return the instants of the windows of some reference times, shape (k, N)."""
        return grid_rows[:, None] * self.stride + self.shift

    @cached_property
    def shifts(self) -> tuple[int, ...]:
        """Return the distinct shifts: one for a value that is repeated N times."""
        return tuple(int(one) for one in np.unique(self.shift))

    @property
    def spacing(self) -> int:
        """Return how many instants the points of a window are apart: always the same."""
        return int(self.shift[1] - self.shift[0]) if len(self.shift) > 1 else 0

    def used(self, grid_rows: Integers) -> Mask:
        """Return which instants the windows of some reference times read, shape (length,)."""
        used = np.zeros(self.length, dtype=bool)
        for shift in self.shifts:
            used[grid_rows * self.stride + shift] = True
        return used

    def any_of(self, instants: Mask) -> Mask:
        """Return for each reference time whether its window has one of some instants."""
        hit = np.zeros(self.grid.count, dtype=bool)
        for shift in self.shifts:
            hit |= self._step(instants, shift)
        return hit

    def first_reason(self, reasons: Reasons) -> tuple[Integers, Reasons]:
        """Return the step and the reason of the first point that cannot be filled, or 0 and 0."""
        step = np.zeros(self.grid.count, dtype=np.int64)
        reason = np.zeros(self.grid.count, dtype=np.uint8)
        if not reasons.any():
            return step, reason
        for k in range(len(self.shift))[::-1]:
            here = self._step(reasons, int(self.shift[k]))
            bad = here != DropReason.NONE
            step[bad], reason[bad] = k, here[bad]
        return step, reason

    def _step(self, of: NDArray[Value], shift: int) -> NDArray[Value]:
        return of[shift :: self.stride][: self.grid.count]


def lattice(grid: ReferenceGrid, offsets: Instants) -> Layout:
    """Return the instants ``reference time + offset`` of evenly spaced windows, each once.

    They lie on a raster as fine as step width and spacing together need. Where that has more places
    than there are points, as for 96 points over 24 hours every 15 minutes, no two windows share
    many: it would be one of single microseconds, also for the one window of a forecast.
    """
    raster = int(np.gcd.reduce(np.concatenate([[grid.step], np.diff(offsets)])))
    stride, shift = grid.step // raster, (offsets - offsets[0]) // raster
    length = max(0, grid.count - 1) * stride + int(shift[-1]) + 1
    if length > grid.count * len(offsets):
        return by_step(grid, offsets)
    return Layout(
        grid=grid,
        shift=shift,
        stride=stride,
        length=length,
        start=grid.start + int(offsets[0]),
        raster=raster,
    )


def repeated(grid: ReferenceGrid, steps: int, offset: int = 0) -> Layout:
    """Return one instant per reference time, whose value stands at each of N steps."""
    return Layout(
        grid=grid,
        shift=np.zeros(steps, dtype=np.int64),
        stride=1,
        length=grid.count,
        start=grid.start + offset,
        raster=grid.step,
    )


def separate(grid: ReferenceGrid, offsets: Instants) -> Layout:
    """Return every point of every window for itself, reference time after reference time."""
    return Layout(
        grid=grid,
        shift=np.arange(len(offsets), dtype=np.int64),
        stride=len(offsets),
        length=grid.count * len(offsets),
        start=grid.start,
        raster=grid.step,
        offsets=offsets,
    )


def by_step(grid: ReferenceGrid, offsets: Instants) -> Layout:
    """Return every point of every window for itself, step after step: times run upwards in each."""
    return Layout(
        grid=grid,
        shift=grid.count * np.arange(len(offsets), dtype=np.int64),
        stride=1,
        length=grid.count * len(offsets),
        start=grid.start,
        raster=grid.step,
        offsets=offsets,
    )
