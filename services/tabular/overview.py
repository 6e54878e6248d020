"""A picture of a series in few numbers: its range in equal spans of time, and its distribution."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from services.tabular.reading import SeriesOverview, Times, Values

SPANS = 160
BINS = 40
MAX_SERIES = 12
_THREADS = 2
_IN_CACHE = 65_536  # numbers
Chunks = Callable[[], Iterable[Times]]
Columns = Callable[[int], Iterable[Values]]
Range = tuple[float | None, float | None]


class SpanRanges:
    """The smallest and largest value of each column in equal spans of time, as rows come.

    ``ends`` are the first and the last time of all rows, in microseconds.
    """

    def __init__(self, ends: tuple[int, int], columns: int) -> None:
        self.ends = ends
        width = max(1, -(-(ends[1] - ends[0] + 1) // SPANS))
        self._starts = ends[0] + width * np.arange(SPANS, dtype=np.int64)
        self.lows = np.full((columns, SPANS), np.nan)
        self.highs = np.full((columns, SPANS), np.nan)

    def add(self, times: Times, values: Values) -> None:
        """Take the next rows, in any order: (rows,) and (rows, columns)."""
        if not len(times):
            return
        rows, spans = self._runs(times)
        for place, column in enumerate(values.T):
            # ufunc.at keeps the extreme of a span whose rows do not follow each other
            np.fmin.at(self.lows[place], spans, np.fmin.reduceat(column, rows))
            np.fmax.at(self.highs[place], spans, np.fmax.reduceat(column, rows))

    def _runs(self, times: Times) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return where rows of one span begin, and which span it is.

        The first span holds what is before it too, the last one what is behind it.
        """
        if (times[1:] >= times[:-1]).all():
            rows = np.concatenate(([0], np.searchsorted(times, self._starts[1:])))
            spans = np.flatnonzero(np.diff(rows, append=len(times)))
            return rows[spans], spans
        every = np.maximum(np.searchsorted(self._starts, times, side="right") - 1, 0)
        rows = np.concatenate(([0], np.flatnonzero(np.diff(every)) + 1))
        return rows, every[rows]


def ranges_of(times: Chunks, columns: Columns, ends: tuple[int, int], count: int) -> SpanRanges:
    """Return the ranges of ``count`` columns that come chunk by chunk, one after the other."""
    ranges = SpanRanges(ends, count)
    for place in range(count):
        one = SpanRanges(ends, 1)
        for at, values in zip(times(), columns(place), strict=True):
            one.add(at, values[:, None])
        ranges.lows[place], ranges.highs[place] = one.lows[0], one.highs[0]
    return ranges


def overviews(
    ranges: SpanRanges, columns: Columns, spans: Sequence[Range]
) -> list[SeriesOverview | None]:
    """Return an overview of each column, None of an empty one's.

    ``columns`` gives the values of a column chunk by chunk, in any order; ``spans`` are the
    smallest and largest value of each.
    """

    def one(place: int) -> SeriesOverview | None:
        low, high = spans[place]
        if low is None or high is None or not np.isfinite(high - low):
            return None
        return SeriesOverview(
            low=tuple(ranges.lows[place].tolist()),
            high=tuple(ranges.highs[place].tolist()),
            counts=_counts(columns(place), low, high if high > low else low + 1),
        )

    with ThreadPoolExecutor(_THREADS) as pool:
        return list(pool.map(one, range(len(spans))))


def _counts(chunks: Iterable[Values], low: float, high: float) -> tuple[int, ...]:
    """Return how many numbers lie in each of ``BINS`` equal parts; ``high`` is in the last one.

    A number at an edge is where rounding puts it: ``numpy.histogram`` compares each with both of
    its edges, which takes four times as long.
    """
    counts = np.zeros(BINS, np.int64)
    for values in chunks:
        is_number = np.isfinite(values)
        numbers = values if is_number.all() else values[is_number]
        for start in range(0, len(numbers), _IN_CACHE):
            part = (numbers[start : start + _IN_CACHE] - low) / (high - low)
            bins = np.minimum((part * BINS).astype(np.intp), BINS - 1)
            counts += np.bincount(bins, minlength=BINS)
    return tuple(counts.tolist())


def of_table(times: Times, values: Values) -> list[SeriesOverview | None]:
    """Return the overview of each column of a table in memory; of more than 12 there is none."""
    if not len(times) or values.shape[1] > MAX_SERIES:
        return [None] * values.shape[1]
    ranges = SpanRanges((int(times.min()), int(times.max())), values.shape[1])
    ranges.add(times, values)
    spans = [_range(values[:, place]) for place in range(values.shape[1])]
    return overviews(ranges, lambda place: [values[:, place]], spans)


def _range(values: Values) -> Range:
    numbers = values[np.isfinite(values)]
    return (float(numbers.min()), float(numbers.max())) if len(numbers) else (None, None)
