"""The rows of a series as they came out of its file, sorted by time."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.forecasting.windows.errors import InvalidRawSeries

EARLIEST_US, LATEST_US = -8_520_336_000_000_000, 10_413_792_000_000_000  # 1700 and 2300
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class RawSeries:
    """Parallel arrays of length n: when, and what; NaN is an empty cell.

    ``times`` are microseconds since 1970 in UTC, sorted and distinct. Historical forecasts have
    ``issued`` as well, when each value became known: their ``times`` are those that the values are
    for, sorted by (times, issued) and distinct as pairs. ``lines`` are line numbers in the file.
    Series of one ``source`` (a column of a file) are the same measurements: the leak guard counts
    their rows together. By default the source is the label.
    """

    label: str
    times: Integers
    values: Floats
    issued: Integers | None = None
    lines: Integers | None = None
    source: str | None = None

    def __post_init__(self) -> None:
        for name in ("times", "issued", "lines"):
            if getattr(self, name) is not None:
                object.__setattr__(self, name, np.asarray(getattr(self, name), dtype=np.int64))
        values = np.array(self.values, dtype=np.float64)
        values[~np.isfinite(values)] = np.nan  # an infinite cell is no number either
        object.__setattr__(self, "values", values)
        self._check()

    @property
    def origin(self) -> str:
        """Return what its rows are counted under."""
        return self.label if self.source is None else self.source

    def line(self, row: int) -> int:
        """Return the line of the file, or the number of the row from 0 where none is known."""
        return int(row if self.lines is None else self.lines[row])

    def _check(self) -> None:
        for name in ("values", "issued", "lines"):
            other = getattr(self, name)
            if other is not None and len(other) != len(self.times):
                right = f"as long as its times ({len(self.times)})"
                raise InvalidRawSeries(f"{self.label}: {name}", len(other), right)
        ends = [int(self.times.min()), int(self.times.max())] if len(self.times) else []
        if any(not EARLIEST_US <= end < LATEST_US for end in ends):
            raise InvalidRawSeries(f"{self.label}: times", ends, "between 1700 and 2300")
        step = np.diff(self.times)
        in_order = step > 0
        if self.issued is not None:
            in_order |= (step == 0) & (np.diff(self.issued) > 0)
        if not in_order.all():
            row = int(np.argmin(in_order)) + 1
            right = "sorted by time without repetition"
            raise InvalidRawSeries(f"{self.label}: times[{row}]", int(self.times[row]), right)


def series_of(series: Mapping[str, RawSeries], label: str, *, issued: bool) -> RawSeries:
    """Return the rows of a label; raise InvalidRawSeries if there are none of the right form."""
    raw = series.get(label)
    if raw is None or not len(raw.times):
        raise InvalidRawSeries(label, None, "a series with at least one row")
    if issued != (raw.issued is not None):
        right = "given with issue times" if issued else "given without issue times"
        raise InvalidRawSeries(label, "a series", f"{right} for its data form")
    return raw
