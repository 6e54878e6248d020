"""AutoETS as a baseline: fitted once on the training series, then carried forward.

Fitting on every window would take hours. The parameters come from the end of the training
series; one pass over the rest updates the state at each point with what was known there, and
each window is forecast from the state at its newest known point: O(length), whatever the number
of windows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from services.engine_kit.errors import TrainingFailedError
from services.forecasting.models.baselines import (
    BaselineWindows,
    Indices,
    Series,
    filled_forward,
)

MAX_FIT_POINTS = 2000
MIN_FIT_POINTS = 10
MAX_ETS_PERIOD = 24  # statsforecast's states hold no longer season


@dataclass(frozen=True, kw_only=True)
class EtsBaseline:
    """A fitted ETS model on series that begin where its training series began.

    ``start`` is the first point that it was fitted on; ``pattern`` is what was taken off the
    series before, by the place in the season: one 0 where the season is part of the model.
    """

    model: Mapping[str, Any]
    start: int
    pattern: Series

    @property
    def name(self) -> str:
        """Return the method that was chosen, such as ETS(A,Ad,A)."""
        error, trend, season, damped = self.model["components"]
        method = f"ETS({error},{trend}{'d' if damped == 'D' else ''},{season})"
        if len(self.pattern) == 1:
            return method
        return f"{method} of the seasonally adjusted series"

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
    """Fit an ETS model on the newest ``max_points`` of the training series.

    ``period`` is the season's length in points, 1 for none; gaps are bridged with the value
    before them. AICc looks one point ahead and often drops an hourly season, so two models are
    fitted and the one with the smaller error over a season ahead, within the training series,
    is taken. Raises ``TrainingFailedError`` for fewer than 10 points.
    """
    values = filled_forward(np.asarray(training, dtype=np.float64))
    first = int(np.argmax(np.isfinite(values))) if np.isfinite(values).any() else len(values)
    start = max(first, len(values) - max_points)
    if len(values) - start < MIN_FIT_POINTS:
        raise TrainingFailedError(
            f"AutoETS needs {MIN_FIT_POINTS} known points before the first test sample; there are "
            f"{len(values) - start}."
        )
    season = period if len(values) - start >= 2 * period else 1
    candidates = [seasonal_ets(values, start, season)] if season <= MAX_ETS_PERIOD else []
    if season > 1:
        candidates.append(adjusted_ets(values, start, season))
    return min(candidates, key=lambda one: _season_error(one, values, season))


def seasonal_ets(values: Series, start: int, period: int) -> EtsBaseline:
    """Fit the model with the smallest AICc to ``values`` from ``start`` on.

    Source: Hyndman and Khandakar (2008), as statsforecast implements it.
    """
    from statsforecast.models import AutoETS

    model = AutoETS(season_length=period).fit(values[start:]).model_
    return EtsBaseline(model=model, start=start, pattern=np.zeros(1))


def adjusted_ets(values: Series, start: int, period: int) -> EtsBaseline:
    """Take the additive season off (classical decomposition), and fit a model to the rest."""
    from statsforecast.models import AutoETS
    from statsmodels.tsa.seasonal import seasonal_decompose

    season = seasonal_decompose(values[start:], period=period).seasonal
    pattern = np.roll(season[:period], start % period)  # by the place in the whole series
    model = AutoETS(season_length=1).fit(values[start:] - season).model_
    return EtsBaseline(model=model, start=start, pattern=pattern)


def _season_error(baseline: EtsBaseline, values: Series, period: int) -> float:
    """Return the mean squared error over a season ahead, from the second half of the fit."""
    known = np.arange((baseline.start + len(values)) // 2, len(values) - period)
    if len(known) == 0:
        return 0.0
    windows = BaselineWindows(known=known, first=known + 1, steps=period)
    truth = values[windows.first[:, None] + np.arange(period)]
    return float(np.mean(np.square(baseline.forecast(values, windows) - truth)))


def point_forecasts(model: Mapping[str, Any], states: Series, ahead: Indices) -> Series:
    """Return the mean ``ahead`` points after each state.

    ``states`` (n, parameters) are level, trend (if any) and season, the newest first; ``ahead``
    is (n, steps), at least 1. Source: Hyndman and Athanasopoulos, Forecasting: Principles and
    Practice, 3rd ed., table 8.6: (l + φₕ b) and + s or · s with φₕ = φ + φ² + … + φʰ.
    statsforecast's own forecast counts φ twice from the second point of a damped trend on.
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
