"""AutoETS beside every model: fitted once per output, within a bounded time, never failing a run.

The cost grows with the points that are fitted, not with the series: the newest 1,000, or four
seasons where that is more. Carrying the fit forward is one pass over the rest.
"""

import numpy as np

from services.engine_kit.errors import TrainingFailedError
from services.forecasting.engine.statistical import EtsBaseline, fit_ets
from services.forecasting.models.classical import ClassicalForecast, ClassicalSeries

MIN_POINTS, SEASONS = 1_000, 4


def forecast_classical(series: ClassicalSeries) -> ClassicalForecast:
    """Return AutoETS forecasts of the windows, or why there are none."""
    baseline = _fitted(series)
    if isinstance(baseline, str):
        return ClassicalForecast(forecast=None, period=series.period, reason=baseline)
    with np.errstate(all="ignore"):  # a multiplicative error may leave all bounds
        forecast = baseline.forecast(series.values, series.windows)
    begun = series.windows.known >= baseline.start
    if not np.isfinite(forecast[begun]).all():
        reason = f"{baseline.name} has forecasts that are no numbers."
        return ClassicalForecast(forecast=None, period=series.period, reason=reason)
    return ClassicalForecast(
        forecast=forecast,
        method=baseline.name,
        points=series.training_points - baseline.start,
        period=series.period,
    )


def _fitted(series: ClassicalSeries) -> EtsBaseline | str:
    """Return the fit, or the sentence that says why there is none."""
    points = max(MIN_POINTS, SEASONS * series.period)
    try:
        return fit_ets(series.values[: series.training_points], series.period, points)
    except TrainingFailedError as error:
        return str(error)
    except Exception as error:  # noqa: BLE001 - statsforecast raises it itself: the run goes on
        return f"AutoETS could not be fitted: {error}"
