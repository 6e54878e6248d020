"""AutoETS carried forward: statsforecast's own numbers, without looking ahead."""

import numpy as np
import pytest
from statsforecast.models import AutoETS

from services.engine_kit.errors import TrainingFailedError
from services.forecasting.engine.statistical import baseline_forecasts, fit_ets, seasonal_means
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
    baseline = fit_ets(values, period)
    expected = AutoETS(season_length=period).fit(values).predict(h=30)["mean"]
    got = baseline.forecast(values, windows(179, steps=30))[0]
    np.testing.assert_allclose(got, expected, rtol=1e-9)


def test_later_windows_are_statsforecast_s_forward():
    values = series()
    baseline = fit_ets(values[:180], 12)
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


def test_the_seasonal_means_are_those_of_each_place_and_add_up_to_nothing():
    values = np.array([1.0, 5.0, 3.0, 7.0])
    assert seasonal_means(values, np.arange(2, 6), 2).tolist() == [-2.0, 2.0]


def test_only_the_end_of_a_long_series_is_fitted():
    values = series(260)
    baseline = fit_ets(values, 12, max_points=100)
    assert baseline.start == 160
    expected = AutoETS(season_length=12).fit(values[160:]).predict(h=6)["mean"]
    np.testing.assert_allclose(baseline.forecast(values, windows(259))[0], expected, rtol=1e-9)


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


def test_all_baselines_forecast_the_same_windows():
    values, places = series(), windows(*range(180, 230), steps=5)
    forecasts = baseline_forecasts(values, 180, places, 12)
    assert list(forecasts) == ["naive", "seasonal_naive", "auto_ets"]
    assert {one.shape for one in forecasts.values()} == {(50, 5)}
    truth = values[places.first[:, None] + np.arange(5)]
    errors = {name: np.abs(one - truth).mean() for name, one in forecasts.items()}
    assert errors["auto_ets"] < errors["seasonal_naive"] < errors["naive"]


def test_what_cannot_be_forecast_is_left_out():
    assert list(baseline_forecasts(series(), 5, windows(180), 1)) == ["naive"]
