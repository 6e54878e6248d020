"""A picture of a series in few numbers: its range in equal spans of time, and its distribution."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.tabular.reading import SeriesOverview, Times, Values

SPANS = 160
BINS = 40
MAX_SERIES = 12
Chunks = Callable[[], Iterable[Times]]
Columns = Callable[[int], Iterable[Values]]


@dataclass
class _Picture:
    """Ranges per span of time and counts per span of values, filled chunk by chunk."""

    first: int
    last: int
    low: float
    high: float

    def __post_init__(self) -> None:
        self.lows = np.full(SPANS, np.nan)
        self.highs = np.full(SPANS, np.nan)
        self.counts = np.zeros(BINS, np.int64)

    def add(self, times: Times, values: Values) -> None:
        spans = _spans(times, self.first, self.last)
        starts = np.concatenate(([0], np.flatnonzero(np.diff(spans)) + 1))
        # ufunc.at keeps the extreme of a span whose rows do not follow each other
        np.fmin.at(self.lows, spans[starts], np.fmin.reduceat(values, starts))
        np.fmax.at(self.highs, spans[starts], np.fmax.reduceat(values, starts))
        numbers = values[np.isfinite(values)]
        self.counts += np.histogram(numbers, BINS, (self.low, self.high))[0]

    def shown(self) -> SeriesOverview:
        return SeriesOverview(
            low=tuple(self.lows.tolist()),
            high=tuple(self.highs.tolist()),
            counts=tuple(self.counts.tolist()),
        )


def _spans(times: Times, first: int, last: int) -> NDArray[np.int64]:
    """Return the span of each time, from 0; the last one holds its end too."""
    width = max(1, -(-(last - first + 1) // SPANS))
    return np.asarray((times - first) // width, dtype=np.int64)


def overviews(
    times: Chunks,
    columns: Columns,
    places: Sequence[int],
    ends: tuple[int, int],
    ranges: Sequence[tuple[float | None, float | None]],
) -> list[SeriesOverview | None]:
    """Return an overview of each series in ``places``, None of a constant or an empty one's.

    ``times`` and ``columns`` give microseconds and values chunk by chunk, in any order; ``ends``
    are the first and the last time, ``ranges`` the smallest and largest value of each. Of more
    than 12 series there is none.
    """
    if len(places) > MAX_SERIES:
        return [None] * len(places)
    return [
        _overview(times, columns, place, ends, span)
        for place, span in zip(places, ranges, strict=True)
    ]


def _overview(
    times: Chunks,
    columns: Columns,
    place: int,
    ends: tuple[int, int],
    span: tuple[float | None, float | None],
) -> SeriesOverview | None:
    low, high = span
    if low is None or high is None or not np.isfinite(high - low):
        return None
    picture = _Picture(*ends, low, high if high > low else low + 1)
    for at, values in zip(times(), columns(place), strict=True):
        if len(at):
            picture.add(at, values)
    return picture.shown()


def of_table(times: Times, values: Values) -> list[SeriesOverview | None]:
    """Return the overview of each column of a table in memory."""
    if not len(times):
        return [None] * values.shape[1]
    if values.shape[1] > MAX_SERIES:
        return [None] * values.shape[1]
    ranges = [_range(values[:, place]) for place in range(values.shape[1])]
    ends = int(times.min()), int(times.max())
    every = range(values.shape[1])
    return overviews(lambda: [times], lambda place: [values[:, place]], every, ends, ranges)


def _range(values: Values) -> tuple[float | None, float | None]:
    numbers = values[np.isfinite(values)]
    return (float(numbers.min()), float(numbers.max())) if len(numbers) else (None, None)
