"""The classical baseline as a worker brings it: its numbers, its limits, and what it says."""

import numpy as np

from services.forecasting.engine.classical import MIN_POINTS, forecast_classical
from services.forecasting.engine.statistical import fit_ets
from services.forecasting.models.baselines import BaselineWindows
from services.forecasting.models.classical import ClassicalSeries


def series(values, training, *, period=12, steps=4):
    known = np.arange(training, len(values) - steps)
    windows = BaselineWindows(known=known, first=known + 1, steps=steps)
    return ClassicalSeries(values=values, training_points=training, windows=windows, period=period)


def waves(length, period=12):
    draw, hours = np.random.default_rng(3), np.arange(length)
    return 20 + 3 * np.sin(2 * np.pi * hours / period) + 0.3 * draw.normal(size=length)


def test_the_forecasts_are_those_of_the_fit_on_the_training_points():
    given = series(waves(240), 180)
    answer = forecast_classical(given)
    expected = fit_ets(given.values[:180], 12).forecast(given.values, given.windows)
    assert np.array_equal(answer.forecast, expected)
    assert (answer.points, answer.period, answer.reason) == (180, 12, None)
    assert answer.method.startswith("ETS(")


def test_a_long_series_is_fitted_on_its_end_only():
    answer = forecast_classical(series(waves(3_100, 1), 3_000, period=1))
    assert answer.points == MIN_POINTS


def test_too_short_a_series_has_no_forecast_and_says_why():
    answer = forecast_classical(series(waves(40), 6))
    assert answer.forecast is None
    assert answer.reason == (
        "AutoETS needs 10 known points before the first test sample; there are 6."
    )


def test_what_the_library_raises_is_the_reason_and_ends_nothing():
    answer = forecast_classical(series(np.append(np.full(60, 1e300), waves(20)) * 1e8, 60))
    assert answer.forecast is None
    assert answer.reason
