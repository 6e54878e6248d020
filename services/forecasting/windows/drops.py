"""Which samples were dropped, each with its first reason: what a person asks first."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from services.forecasting.windows.columns import SeriesColumn
from services.forecasting.windows.geometry import ReferenceGrid
from services.forecasting.windows.reasons import DropReason, Reasons
from services.forecasting.windows.series import Integers, RawSeries
from services.forecasting.windows.series_columns import ColumnBuild


@dataclass(frozen=True, kw_only=True)
class DroppedSample:
    """One sample that was left out.

    ``instant`` is the point that could not be filled (microseconds, UTC), ``lines`` are the lines
    of the file around it, or row numbers where no lines are known.
    """

    reference_time: int
    label: str
    reason: DropReason
    step: int
    instant: int
    lines: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Drops:
    """All dropped samples in order of time; parallel arrays of shape (dropped,).

    ``rows`` are numbers of reference times, ``series`` numbers into ``columns``.
    """

    grid: ReferenceGrid
    columns: Sequence[SeriesColumn]
    raw: Sequence[RawSeries]
    rows: Integers
    series: Integers
    reasons: Reasons
    steps: Integers

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def counts(self) -> Mapping[tuple[str, DropReason], int]:
        """Return how many samples were dropped, by the label and reason that came first.

        A series that is an input and an output counts under its label once.
        """
        pairs, times = np.unique(
            np.stack([self.series, self.reasons.astype(np.int64)]), axis=1, return_counts=True
        )
        counts = Counter[tuple[str, DropReason]]()
        for (series, reason), count in zip(pairs.T.tolist(), times, strict=True):
            counts[self.columns[series].name, DropReason(reason)] += int(count)
        return dict(counts)

    def samples(self, begin: int = 0, limit: int | None = None) -> Iterator[DroppedSample]:
        """Yield dropped samples in order of time, ``limit`` of them from number ``begin`` on."""
        end = len(self) if limit is None else min(len(self), begin + limit)
        for place in range(begin, end):
            yield self._sample(place)

    def _sample(self, place: int) -> DroppedSample:
        row, series, step = (int(of[place]) for of in (self.rows, self.series, self.steps))
        column, raw = self.columns[series], self.raw[series]
        layout = column.layout
        instant = int(layout.times(layout.index(np.array([row])))[0, step])
        left = int(np.searchsorted(raw.times, instant, side="right")) - 1
        right = int(np.searchsorted(raw.times, instant, side="left"))
        around = sorted({one for one in (left, right) if 0 <= one < len(raw.times)})
        return DroppedSample(
            reference_time=self.grid.start + row * self.grid.step,
            label=column.name,
            reason=DropReason(int(self.reasons[place])),
            step=step,
            instant=instant,
            lines=tuple(raw.line(one) for one in around),
        )


def find_drops(
    grid: ReferenceGrid,
    builds: Sequence[ColumnBuild],
    raw: Sequence[RawSeries],
    left_out: Sequence[Reasons],
) -> tuple[Integers, Drops]:
    """Return the numbers of the reference times that are kept, and why the others are not.

    The first reason counts: series in order, each from its first point on. ``left_out`` has for
    each series the reference times that touch a period left out by choice; these come first.
    """
    series, steps = np.zeros(grid.count, dtype=np.int64), np.zeros(grid.count, dtype=np.int64)
    reasons = np.zeros(grid.count, dtype=np.uint8)
    by_choice = [(np.zeros(grid.count, dtype=np.int64), one) for one in left_out]
    by_rows = [build.column.layout.first_reason(build.reasons) for build in builds]
    for numbered in (enumerate(by_choice), enumerate(by_rows)):
        for number, (step, reason) in numbered:
            new = (reasons == DropReason.NONE) & (reason != DropReason.NONE)
            series[new], steps[new], reasons[new] = number, step[new], reason[new]
    rows = np.flatnonzero(reasons)
    drops = Drops(
        grid=grid,
        columns=[build.column for build in builds],
        raw=raw,
        rows=rows,
        series=series[rows],
        reasons=reasons[rows],
        steps=steps[rows],
    )
    return np.flatnonzero(reasons == DropReason.NONE), drops
