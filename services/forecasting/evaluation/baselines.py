"""What anybody can forecast without a model: the last value, and the value of a season ago.

Nothing is used that is not known at the reference time, nor anything from the first instant of
the window on: a baseline that saw a part of what it forecasts would be none. Hyndman and
Athanasopoulos, "Forecasting: Principles and Practice", 3rd edition, 5.2.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from services.forecasting.evaluation.arrays import Floats, Integers
from services.forecasting.evaluation.metrics import seasonal_scale

DAY, WEEK, YEAR = 1_440.0, 10_080.0, 525_960.0  # minutes
MICROSECONDS = 1_000_000
WHOLE = 1e-6  # a season is a whole number of steps but for so much of a step


@dataclass(frozen=True, kw_only=True)
class MeasuredSeries:
    """An output as it was measured: ``times`` (k,) in seconds since 1970, ``values`` (k,).

    In any order; values that are no number are left out. A value counts as known ``known_after``
    seconds after its time, as a mean does that is not over yet.
    """

    times: ArrayLike
    values: ArrayLike
    known_after: float = 0.0

    def known(self) -> tuple[Integers, Floats]:
        """Return the times in microseconds and the values, ascending, numbers only."""
        values = np.asarray(self.values, dtype=np.float64)
        times = _microseconds(self.times)
        order = np.argsort(times, kind="stable")
        order = order[np.isfinite(values[order])]
        return times[order], values[order]

    def limits(self, references: Integers, offsets: Integers) -> Integers:
        """Return the time of the last value of each window that a baseline may use."""
        before_first = int(offsets.min()) - 1 if offsets.size else 0
        delay = round(self.known_after * MICROSECONDS)
        return np.asarray(references + min(0, before_first) - delay, dtype=np.int64)


def naive(series: MeasuredSeries, reference_times: ArrayLike, offsets: ArrayLike) -> Floats:
    """Return the last known value, repeated over the window: (n, steps).

    ``reference_times`` (n,) are seconds since 1970, ``offsets`` (steps,) the seconds from a
    reference time to each point of the output window. NaN where nothing is known yet.
    """
    times, values = series.known()
    limits = series.limits(_microseconds(reference_times), _microseconds(offsets))
    last = _last(times, values, limits)
    return np.repeat(last[:, None], np.asarray(offsets).size, axis=1)


def seasonal_naive(
    series: MeasuredSeries, reference_times: ArrayLike, offsets: ArrayLike, season_seconds: float
) -> Floats:
    """Return the value one season before each point, or as many more as it takes to be known.

    Shapes and units as for ``naive``. Between two known neighbours the value is interpolated;
    where the later one is not known yet, the earlier one counts. ValueError of a season of 0 or
    less.
    """
    if not season_seconds > 0:
        raise ValueError(f"season_seconds is {season_seconds}: expected a length above 0")
    times, values = series.known()
    references, ahead = _microseconds(reference_times), _microseconds(offsets)
    limits = series.limits(references, ahead)[:, None]
    points = references[:, None] + ahead[None, :]
    season = round(season_seconds * MICROSECONDS)
    seasons = np.maximum(1, -((limits - points) // season))  # the fewest that lead to the limit
    lagged = points - seasons * season
    return _interpolated(times, values, lagged, np.broadcast_to(limits, lagged.shape))


def season_candidates(step_minutes: float) -> list[int]:
    """Return the seasons in steps that a step width suggests: day, week, and the year of days.

    A day and a week where they are a whole number of two steps or more, a year (365.25 days,
    rounded) for steps of a day or more. Empty where nothing fits.
    """
    seasons = []
    for length in (DAY, WEEK):
        steps = length / step_minutes
        if steps > 2 - WHOLE and abs(steps - round(steps)) < WHOLE * steps:
            seasons.append(round(steps))
    if DAY <= step_minutes <= YEAR / 2:
        seasons.append(round(YEAR / step_minutes))
    return seasons


def choose_season(train: ArrayLike, step_minutes: float) -> int:
    """Return the season in steps whose repetition errs least in the training series (k,).

    Of the candidates of the step width that the series holds twice, by its numbers; 1, the plain
    naive forecast, where there is none. The shortest wins among equals.
    """
    size = np.count_nonzero(np.isfinite(np.asarray(train, dtype=np.float64)))
    fitting = [season for season in season_candidates(step_minutes) if size >= 2 * season]
    if not fitting:
        return 1
    return min(fitting, key=lambda season: seasonal_scale(train, season) or 0.0)


def _microseconds(seconds: ArrayLike) -> Integers:
    array = np.asarray(seconds)
    if array.dtype.kind in "iu":
        return array.astype(np.int64) * MICROSECONDS
    return np.rint(array.astype(np.float64) * MICROSECONDS).astype(np.int64)


def _last(times: Integers, values: Floats, limits: Integers) -> Floats:
    at = np.searchsorted(times, limits, side="right") - 1
    return np.where(at >= 0, _at(values, at), np.nan)


def _interpolated(times: Integers, values: Floats, points: Integers, limits: Integers) -> Floats:
    at = np.searchsorted(times, points, side="right") - 1
    earlier, later = np.maximum(at, 0), np.minimum(at + 1, max(len(times) - 1, 0))
    before = np.where(at >= 0, _at(values, earlier), np.nan)
    if not len(times):
        return before
    gap = times[later] - times[earlier]
    share = np.where(gap > 0, (points - times[earlier]) / np.maximum(gap, 1), 0.0)
    is_known = (times[later] <= limits) & (at >= 0)
    return np.where(is_known, before + share * (values[later] - before), before)


def _at(values: Floats, at: Integers) -> Floats:
    return values[at] if len(values) else np.full(at.shape, np.nan)
