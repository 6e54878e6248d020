"""Naive forecasts of the same windows as the models': what a model has to beat.

They see the output's own series up to the last point that is known at the reference time, and
nothing after it. Pure numpy.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Indices = NDArray[np.int64]
Series = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class BaselineWindows:
    """Where the windows of one output lie on its own regular series.

    ``first`` is the index of each window's first output point, the others follow every
    ``spacing`` points; ``known`` is the index of the newest point that may be used: at or before
    the reference time and before the window. Below 0, nothing is known.
    """

    known: Indices
    first: Indices
    steps: int
    spacing: int = 1

    def __post_init__(self) -> None:
        if self.known.shape != self.first.shape or self.known.ndim != 1:
            raise ValueError("known and first must be lists of the same length")
        if np.any(self.known >= self.first):
            raise ValueError("a window that is known already is no forecast")

    def ahead(self) -> Indices:
        """Return how many points after the newest known one each output point is, (n, steps)."""
        steps = np.arange(self.steps, dtype=np.int64) * self.spacing
        return (self.first - self.known)[:, None] + steps


@dataclass(frozen=True, kw_only=True)
class BaselineGrid:
    """The coarsest regular grid that holds all output points; times are Unix seconds."""

    start: int
    step: int
    windows: BaselineWindows

    def sample(self, times: Indices, values: Series) -> Series:
        """Return the series on the grid: at each point its newest value, none from later.

        ``times`` rise; a value counts until the next one is due, by the median distance or the
        grid's step if that is longer. Points without one are NaN.
        """
        if len(times) == 0:
            return np.empty(0)
        count = int((times[-1] - self.start) // self.step) + 1
        instants = self.start + self.step * np.arange(max(count, 0), dtype=np.int64)
        places = np.searchsorted(times, instants, side="right") - 1
        due = max(int(np.median(np.diff(times))) if len(times) > 1 else 0, self.step)
        fresh = (places >= 0) & (instants - times[np.maximum(places, 0)] < due)
        return np.where(fresh, values[np.maximum(places, 0)], np.nan)

    def wait(self, times: Indices) -> int:
        """Return after how many seconds points between rows are known; 0 with rows on the grid.

        ``times`` rise. A point counts as known with the row after it, so that nothing later is in
        it; what lies in a gap of the rows is not counted.
        """
        if len(times) < 2:
            return 0
        instants = self._instants(times)
        if np.isin(instants, times).any():
            return 0
        after, is_between = self._between(times, instants)
        waits = times[after[is_between]] - instants[is_between]
        return int(waits.max(initial=0))

    def interpolated(self, times: Indices, values: Series) -> Series:
        """Return the series on the grid between its rows; NaN where the rows have a gap."""
        instants = self._instants(times)
        _, is_between = self._between(times, instants)
        return np.where(is_between, np.interp(instants, times, values), np.nan)

    def _instants(self, times: Indices) -> Indices:
        count = int((times[-1] - self.start) // self.step) + 1
        return self.start + self.step * np.arange(max(count, 0), dtype=np.int64)

    def _between(self, times: Indices, instants: Indices) -> tuple[Indices, NDArray[np.bool_]]:
        """Return the row after each instant, and whether the rows around it are neighbours."""
        after = np.clip(np.searchsorted(times, instants), 1, len(times) - 1)
        gap = times[after] - times[after - 1]
        inside = (instants >= times[after - 1]) & (instants <= times[after])
        return after, inside & (gap <= np.median(np.diff(times)))


def baseline_grid(
    references: Indices, *, begin: int, horizon_start: int, spacing: int, steps: int, delay: int = 0
) -> BaselineGrid:
    """Return the grid and the windows on it of samples with the reference times ``references``.

    All are whole seconds: ``begin`` where the series begins, ``horizon_start`` the first output
    point relative to the reference time, ``spacing`` the distance of output points (any, with one
    step). A point is known at or before the reference time, but not within the window, and only
    ``delay`` after its own time, as a mean around it is.
    """
    first = references + horizon_start
    distances = np.append(np.diff(np.unique(first)), spacing if steps > 1 else 0)
    step = int(np.gcd.reduce(distances)) or max(spacing, 1)
    start = int(begin + (first[0] - begin) % step)
    known = np.minimum(references, first - 1) - delay
    windows = BaselineWindows(
        known=(known - start) // step,
        first=(first - start) // step,
        steps=steps,
        spacing=max(spacing // step, 1),
    )
    return BaselineGrid(start=start, step=step, windows=windows)


def filled_forward(values: Series) -> Series:
    """Return the series with each gap filled by the value before it; NaN before the first one."""
    places = np.where(np.isfinite(values), np.arange(len(values)), -1)
    places = np.maximum.accumulate(places)
    return np.where(places >= 0, values[np.maximum(places, 0)], np.nan)


def naive_forecast(values: Series, windows: BaselineWindows) -> Series:
    """Return the newest known value for every step, (n, steps); NaN where nothing is known.

    Source: Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., 5.2.
    """
    return np.repeat(_at(filled_forward(values), windows.known)[:, None], windows.steps, axis=1)


def seasonal_naive_forecast(values: Series, windows: BaselineWindows, period: int) -> Series:
    """Return the newest known value of the same place in the season, (n, steps).

    ``period`` is the season's length in points. Where that value is missing, the season before
    is taken, and so on to the first one. Source: as above, y(T+h) = y(T+h−m(k+1)) with
    k = floor((h−1)/m).
    """
    if period < 1:
        raise ValueError(f"period is {period}; it must be at least 1.")
    back = (windows.ahead() + period - 1) // period * period
    places = windows.known[:, None] + windows.ahead() - back
    return _at(_filled_by_season(values, period), places)


def _filled_by_season(values: Series, period: int) -> Series:
    seasons = -(-len(values) // period)
    padded = np.full(seasons * period, np.nan)
    padded[: len(values)] = values
    table = padded.reshape(seasons, period)
    rows = np.maximum.accumulate(
        np.where(np.isfinite(table), np.arange(seasons)[:, None], -1), axis=0
    )
    filled = np.take_along_axis(table, np.maximum(rows, 0), axis=0)
    return np.where(rows >= 0, filled, np.nan).ravel()[: len(values)]


def _at(values: Series, places: Indices) -> Series:
    inside = (places >= 0) & (places < len(values))
    return np.where(inside, values[np.clip(places, 0, len(values) - 1)], np.nan)
