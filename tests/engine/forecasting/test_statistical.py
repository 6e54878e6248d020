"""AutoETS carried forward: statsforecast's own numbers, without looking ahead."""

import numpy as np
import pytest
from statsforecast.models import AutoETS
from statsmodels.tsa.exponential_smoothing.ets import ETSModel

from services.engine_kit.errors import TrainingFailedError
from services.forecasting.engine.statistical import (
    adjusted_ets,
    fit_ets,
    point_forecasts,
    seasonal_ets,
)
from services.forecasting.models.baselines import BaselineWindows, seasonal_naive_forecast


def series(length=240, period=12, *, kind="additive", seed=0):
    draw, hours = np.random.default_rng(seed), np.arange(length)
    wave = 3 * np.sin(2 * np.pi * hours / period)
    if kind == "multiplicative":
        return (20 + 0.2 * hours) * (1 + wave / 10) + draw.normal(size=length)
    return 20 + 0.05 * hours + wave + 0.3 * draw.normal(size=length)


def windows(*known, steps=6, gap=1):
    places = np.array(known)
    return BaselineWindows(known=places, first=places + gap, steps=steps)


@pytest.mark.parametrize(
    ("kind", "period"), [("additive", 12), ("multiplicative", 12), ("additive", 1)]
)
def test_the_forecast_after_the_training_series_is_statsforecast_s(kind, period):
    values = series(kind=kind)[:180]
    baseline = seasonal_ets(values, 0, period)
    assert baseline.model["components"][3] == "N"
    expected = AutoETS(season_length=period).fit(values).predict(h=30)["mean"]
    got = baseline.forecast(values, windows(179, steps=30))[0]
    np.testing.assert_allclose(got, expected, rtol=1e-9)


def test_later_windows_are_statsforecast_s_forward():
    values = series()
    baseline = seasonal_ets(values[:180], 0, 12)
    model = AutoETS(season_length=12).fit(values[:180])
    got = baseline.forecast(values, windows(185, 200, 239, steps=15))
    for row, known in zip(got, (185, 200, 239), strict=True):
        expected = model.forward(y=values[: known + 1], h=15)["mean"]
        np.testing.assert_allclose(row, expected, rtol=1e-9)


@pytest.mark.parametrize("period", [12, 40])
def test_nothing_after_the_known_point_reaches_a_forecast(period):
    values = series(period=period)
    baseline = fit_ets(values[:180], period)
    later = values.copy()
    later[201:] = 1e6
    both = [baseline.forecast(one, windows(200, gap=3)) for one in (values, later)]
    assert np.array_equal(*both)


def test_a_long_season_is_taken_off_and_put_back():
    values = series(400, period=48)
    baseline = fit_ets(values[:300], 48)
    assert baseline.model["components"][2] == "N"
    places = windows(*range(300, 390), steps=8)
    truth = values[places.first[:, None] + np.arange(8)]
    error = np.abs(baseline.forecast(values, places) - truth).mean()
    assert error < np.abs(seasonal_naive_forecast(values, places, 48) - truth).mean()


@pytest.mark.parametrize("start", [0, 5])
def test_the_season_that_is_taken_off_is_at_its_place(start):
    values = np.tile([0.0, 2.0, 7.0, 3.0], 15)
    baseline = adjusted_ets(values, start, 4)
    np.testing.assert_allclose(baseline.pattern, [-3, -1, 4, 0], atol=1e-9)
    np.testing.assert_allclose(
        baseline.forecast(values, windows(51)), [[0, 2, 7, 3, 0, 2]], atol=1e-6
    )


def test_an_hourly_season_that_the_criterion_drops_is_kept():
    hours = np.arange(1700)
    draw = np.random.default_rng(42)
    values = 10 * np.sin(2 * np.pi * hours / 24) + 8 * np.sin(2 * np.pi * hours / 168)
    values = 50 + values + 2 * draw.normal(size=1700)
    baseline = fit_ets(values[:700], 24)
    places = windows(*range(700, 1600, 7), steps=24)
    truth = values[places.first[:, None] + np.arange(24)]
    error = np.abs(baseline.forecast(values, places) - truth).mean()
    assert error < np.abs(seasonal_naive_forecast(values, places, 24) - truth).mean()


def test_a_damped_trend_is_forecast_as_statsmodels_does():
    values = series(120, period=4)
    model = ETSModel(
        values, error="add", trend="add", damped_trend=True, seasonal="add", seasonal_periods=4
    )
    fitted = model.fit(disp=False)
    # level, trend and the newest four seasons, in the order of statsforecast's states
    seasons = fitted.season[-1:-5:-1]
    states = np.concatenate([[fitted.level[-1], fitted.slope[-1]], seasons])[None, :]
    phi = fitted.damping_trend
    described = {"components": "AAAD", "par": [0.0, 0.0, 0.0, phi]}
    got = point_forecasts(described, states, np.arange(1, 11)[None, :])[0]
    np.testing.assert_allclose(got, fitted.forecast(10), rtol=1e-6)


def test_only_the_end_of_a_long_series_is_fitted():
    values = series(260)
    baseline = fit_ets(values, 12, max_points=100)
    assert baseline.start == 160
    cut = np.concatenate([np.full(160, np.nan), values[160:]])
    again = fit_ets(cut, 12)
    assert np.array_equal(
        again.forecast(cut, windows(259)), baseline.forecast(values, windows(259))
    )


def test_gaps_are_bridged_and_windows_before_the_series_have_no_forecast():
    values = series()
    values[:5] = np.nan
    values[100:104] = np.nan
    baseline = fit_ets(values[:180], 12)
    assert baseline.start == 5
    forecast = baseline.forecast(values, windows(2, 200))
    assert np.isnan(forecast[0]).all()
    assert np.isfinite(forecast[1]).all()


def test_a_constant_series_is_forecast_as_the_constant():
    baseline = fit_ets(np.full(60, 4.0), 12)
    assert baseline.forecast(np.full(80, 4.0), windows(70))[0] == pytest.approx(4.0)
    assert baseline.name.startswith("ETS(")


def test_too_few_points_are_refused_with_their_number():
    with pytest.raises(TrainingFailedError, match="there are 7"):
        fit_ets(np.arange(7.0), 1)
    with pytest.raises(TrainingFailedError, match="there are 0"):
        fit_ets(np.full(30, np.nan), 1)
