"""AutoETS as a baseline: fitted once on the training series, then carried forward.

Fitting on every window would take hours. The parameters come from the end of the training
series; one pass over the rest updates the state at each point with what was known there, and
each window is forecast from the state at its newest known point: O(length), whatever the number
of windows.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.engine_kit.errors import TrainingFailedError
from services.forecasting.models.baselines import (
    BaselineWindows,
    Indices,
    Series,
    filled_forward,
    naive_forecast,
    seasonal_naive_forecast,
)

MAX_FIT_POINTS = 2000
MIN_FIT_POINTS = 10
MAX_ETS_PERIOD = 24  # statsforecast's states hold no longer season


@dataclass(frozen=True, kw_only=True)
class EtsBaseline:
    """A fitted ETS model on series that begin where its training series began.

    ``start`` is the first point that it was fitted on. A season of up to 24 points is part of
    the model; a longer one (``pattern``, one mean per place in the season) is taken off before.
    """

    model: Mapping[str, Any]
    start: int
    period: int
    pattern: Series

    @property
    def name(self) -> str:
        """Return the method that was chosen, such as ETS(A,Ad,A)."""
        error, trend, season, damped = self.model["components"]
        return f"ETS({error},{trend}{'d' if damped == 'D' else ''},{season})"

    def forecast(self, values: Series, windows: BaselineWindows) -> Series:
        """Return forecasts (n, steps) of windows over ``values``; NaN where nothing is known.

        ``values`` begins with the training series. Nothing after a window's newest known point
        reaches its forecast.
        """
        from statsforecast.ets import forward_ets

        known = filled_forward(values)[self.start :] - self._pattern(
            np.arange(self.start, len(values))
        )
        states: Series = forward_ets(dict(self.model), y=known)["states"]
        places = windows.known - self.start + 1  # row 0 is the state before the first point
        inside = (places >= 1) & (places < len(states))
        chosen = states[np.clip(places, 0, len(states) - 1)]
        forecast = point_forecasts(self.model, chosen, windows.ahead())
        forecast = forecast + self._pattern(windows.known[:, None] + windows.ahead())
        return np.where(inside[:, None], forecast, np.nan)

    def _pattern(self, places: Indices) -> Series:
        return self.pattern[places % len(self.pattern)]


def fit_ets(training: Series, period: int, max_points: int = MAX_FIT_POINTS) -> EtsBaseline:
    """Choose and fit an ETS model by AICc on the newest ``max_points`` of the training series.

    ``period`` is the season's length in points, 1 for none; gaps are bridged with the value
    before them. Raises ``TrainingFailedError`` for fewer than 10 points. Source: Hyndman and
    Khandakar (2008), as statsforecast implements it.
    """
    from statsforecast.models import AutoETS

    values = filled_forward(np.asarray(training, dtype=np.float64))
    first = int(np.argmax(np.isfinite(values))) if np.isfinite(values).any() else len(values)
    start = max(first, len(values) - max_points)
    if len(values) - start < MIN_FIT_POINTS:
        raise TrainingFailedError(
            f"AutoETS needs {MIN_FIT_POINTS} known points before the first test sample; there are "
            f"{len(values) - start}."
        )
    seasonal = period if len(values) - start >= 2 * period else 1
    places = np.arange(start, len(values))
    pattern = np.zeros(1)
    if seasonal > MAX_ETS_PERIOD:
        pattern = seasonal_means(values[start:], places, seasonal)
    length = 1 if seasonal > MAX_ETS_PERIOD else seasonal
    model = AutoETS(season_length=length).fit(values[start:] - pattern[places % len(pattern)])
    return EtsBaseline(model=model.model_, start=start, period=period, pattern=pattern)


def seasonal_means(values: Series, places: NDArray[np.int64], period: int) -> Series:
    """Return the mean of each place in the season, less the mean of all."""
    sums = np.bincount(places % period, weights=values, minlength=period)
    counts = np.bincount(places % period, minlength=period)
    return np.asarray(sums / counts - values.mean(), dtype=np.float64)


def point_forecasts(model: Mapping[str, Any], states: Series, ahead: Indices) -> Series:
    """Return the mean ``ahead`` points after each state.

    ``states`` (n, parameters) are level, trend (if any) and season, the newest first; ``ahead``
    is (n, steps), at least 1. Source: Hyndman and Athanasopoulos, Forecasting: Principles and
    Practice, 3rd ed., table 8.6: (l + φₕ b) and + s or · s with φₕ = φ + φ² + … + φʰ.
    """
    _, trend, season, _ = model["components"]
    forecast = np.repeat(states[:, :1], ahead.shape[1], axis=1)
    if trend != "N":
        phi = float(model["par"][3]) if model["components"][3] == "D" else 1.0
        damping = np.cumsum(phi ** np.arange(1, ahead.max(initial=1) + 1))
        forecast = forecast + damping[ahead - 1] * states[:, 1:2]
    if season == "N":
        return forecast
    seasons = states[:, 1 + (trend != "N") :]
    length = seasons.shape[1]
    factors = np.take_along_axis(seasons, (length - ahead) % length, axis=1)
    return forecast * factors if season == "M" else forecast + factors


def baseline_forecasts(
    values: Series, training_points: int, windows: BaselineWindows, period: int
) -> dict[str, Series]:
    """Return naive, seasonal_naive and AutoETS forecasts (n, steps) of the same windows, by name.

    ``values`` is one output's series on its grid, whose first ``training_points`` are those that
    AutoETS is fitted on; ``period`` is the season's length in points, 1 for none. What cannot be
    made (AutoETS of too few points) is left out.
    """
    forecasts = {"naive": naive_forecast(values, windows)}
    if period > 1:
        forecasts["seasonal_naive"] = seasonal_naive_forecast(values, windows, period)
    with suppress(TrainingFailedError):
        forecasts["auto_ets"] = fit_ets(values[:training_points], period).forecast(values, windows)
    return forecasts
