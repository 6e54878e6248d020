"""Point metrics of forecasts as plain functions: a number, or None where the metric is undefined.

``truth`` and ``forecast`` have one shape, any for most metrics. Percentages are 0 to 100 and more.
The tables compute the same metrics for all levels at once (``tables.py``); tests hold both
against each other. Sources: Hyndman and Koehler, "Another look at measures of forecast accuracy",
International Journal of Forecasting 22 (2006), where no other is named.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from services.forecasting.evaluation.arrays import NOISE, Floats, cell, pair, ratio

METRICS = ("MAE", "MAPE", "MSE", "RMSE", "NRMSE", "WAPE", "sMAPE", "MASE")
EPSILON = float(np.finfo(np.float64).eps)


def mae(truth: ArrayLike, forecast: ArrayLike) -> float | None:
    """Return the mean absolute error, mean|t - p|, in the unit of the data."""
    t, p = pair(truth, forecast)
    return _mean(np.abs(t - p))


def mse(truth: ArrayLike, forecast: ArrayLike) -> float | None:
    """Return the mean squared error, mean (t - p)²."""
    t, p = pair(truth, forecast)
    with np.errstate(over="ignore"):
        return _mean((t - p) ** 2)


def rmse(truth: ArrayLike, forecast: ArrayLike) -> float | None:
    """Return √MSE, in the unit of the data."""
    squared = mse(truth, forecast)
    return None if squared is None else float(np.sqrt(squared))


def bias(truth: ArrayLike, forecast: ArrayLike) -> float | None:
    """Return the mean error, mean (p - t): above 0 where the forecast is too high."""
    t, p = pair(truth, forecast)
    return _mean(p - t)


def mape(truth: ArrayLike, forecast: ArrayLike) -> float | None:
    """Return 100 · mean(|t - p| / max(|t|, ε)), ε the machine epsilon (as scikit-learn, times 100).

    Near zeros of the truth the number is astronomic: see ``meaning.py``.
    """
    t, p = pair(truth, forecast)
    with np.errstate(over="ignore"):
        return _mean(100 * (np.abs(t - p) / np.maximum(np.abs(t), EPSILON)))


def nrmse(truth: ArrayLike, forecast: ArrayLike) -> float | None:
    """Return RMSE / mean(t), None where the mean is 0; a negative mean gives a negative number."""
    t, p = pair(truth, forecast)
    error = rmse(t, p)
    return None if error is None else ratio(error, float(t.mean()), _size(t))


def wape(truth: ArrayLike, forecast: ArrayLike) -> float | None:
    """Return 100 · Σ|t - p| / Σ|t|, None of all zeros.

    Kolassa and Schütz, "Advantages of the MAD/Mean ratio over the MAPE", Foresight 6 (2007).
    """
    t, p = pair(truth, forecast)
    error = mae(t, p)
    return None if error is None else ratio(100 * error, float(np.abs(t).mean()), _size(t))


def smape(truth: ArrayLike, forecast: ArrayLike) -> float | None:
    """Return 100 · mean(|p - t| / ((|t| + |p|) / 2)), 0/0 counted as 0: from 0 to 200.

    Makridakis, "Accuracy measures", International Journal of Forecasting 9 (1993).
    """
    t, p = pair(truth, forecast)
    size = (np.abs(t) + np.abs(p)) / 2
    with np.errstate(invalid="ignore"):
        shares = np.abs(p - t) / np.where(size == 0, 1.0, size)
    return _mean(100 * shares)


def mase(truth: ArrayLike, forecast: ArrayLike) -> float | None:
    """Return MAE / mean|t_i - t_{i-1}| over the flattened test truth, as the wire's tables have it.

    ``truth`` (n, steps) is flattened window by window, so a difference also crosses from one
    window to the next: a scale of these windows, not Hyndman's, which is ``seasonal_mase``. None
    of one value or a constant truth.
    """
    t, p = pair(truth, forecast)
    error = mae(t, p)
    if error is None or t.size < 2:
        return None
    return ratio(error, float(np.abs(np.diff(t.ravel())).mean()), _size(t))


def seasonal_scale(train: ArrayLike, season: int) -> float | None:
    """Return mean|y_t - y_{t-m}| of a training series (k,) in time order, m = ``season`` steps.

    The error that seasonal naive makes in the training series. Pairs with a missing (NaN) value
    are left out. None without a pair and where the series only repeats itself. ValueError of a
    season below 1.
    """
    if season < 1:
        raise ValueError(f"season is {season}: expected a number of steps from 1 on")
    series = np.asarray(train, dtype=np.float64).ravel()
    gaps = np.abs(series[season:] - series[:-season]) if len(series) > season else series[:0]
    gaps = gaps[np.isfinite(gaps)]
    if not len(gaps):
        return None
    scale = float(gaps.mean())
    return scale if scale > NOISE * _size(series[np.isfinite(series)]) else None


def seasonal_mase(
    truth: ArrayLike, forecast: ArrayLike, train: ArrayLike, season: int
) -> float | None:
    """Return MAE / ``seasonal_scale``: below 1 is better than seasonal naive is in training.

    Hyndman and Koehler (2006), with the seasonal scale of Hyndman and Athanasopoulos,
    "Forecasting: Principles and Practice", 3rd edition, 5.8.
    """
    error, scale = mae(truth, forecast), seasonal_scale(train, season)
    return None if error is None or scale is None else cell(error / scale)


def skill(truth: ArrayLike, forecast: ArrayLike, baseline: ArrayLike) -> float | None:
    """Return 1 - MAE(forecast) / MAE(baseline) on the same windows.

    With seasonal naive as the baseline it is at once 1 - the ratio of both seasonal MASE, whose
    common scale cancels: 1 is perfect, 0 no better than the baseline, below 0 worse. None where
    the baseline makes no error. Murphy, "Skill scores based on the mean square error", Monthly
    Weather Review 116 (1988), with absolute in place of squared errors.
    """
    error, reference = mae(truth, forecast), mae(truth, baseline)
    if error is None or reference is None:
        return None
    share = ratio(error, reference, _size(np.asarray(truth, dtype=np.float64)))
    return None if share is None else 1 - share


BY_NAME: dict[str, Callable[[ArrayLike, ArrayLike], float | None]] = {
    "MAE": mae,
    "MAPE": mape,
    "MSE": mse,
    "RMSE": rmse,
    "NRMSE": nrmse,
    "WAPE": wape,
    "sMAPE": smape,
    "MASE": mase,
}


def _mean(values: Floats) -> float | None:
    with np.errstate(over="ignore", invalid="ignore"):
        return cell(values.mean()) if values.size else None


def _size(values: Floats) -> float:
    return float(np.abs(values).max(initial=0.0))
