"""Scaling: fitted on training windows, undone without loss, within physical bounds."""

import json

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sklearn.preprocessing import MinMaxScaler as ReferenceScaler

from services.forecasting.windows.build import build_windows
from services.forecasting.windows.errors import InvalidWindows
from services.forecasting.windows.plan import CalendarBlock, CalendarPlan, SplitPlan
from services.forecasting.windows.scaling import Scalers, fit_column, fit_scalers
from services.forecasting.windows.split import split_windows
from tests.factories.window_draws import SEEDS, splittable_session
from tests.factories.windows import regular, series_plan, window_plan
from tests.support.depth import examples

EVERY = slice(None)


def fitted(seed, **split):
    plan, series = splittable_session(seed, **split)
    windows = build_windows(plan, series)
    blocks = split_windows(windows, plan.split)
    return windows, blocks, fit_scalers(windows, blocks, plan)


def one_column(values, **plan):
    plan = window_plan([series_plan("x", -1, 0)], [series_plan("y", 0, 1, scale=True, **plan)])
    series = {"x": regular("x", values), "y": regular("y", values)}
    windows = build_windows(plan, series)
    split = split_windows(windows, plan.split)
    return windows, split, fit_scalers(windows, split, plan)


def test_the_scalers_of_the_published_run_come_out_again():
    load = fit_column(np.array([0.0, 1195.31]), 0, 1)
    assert load.scale == pytest.approx(0.000836603, rel=1e-6)
    weather = fit_column(np.array([-10.4, 37.0]), 0, 1)
    assert weather.scale == pytest.approx(0.0210970464, rel=1e-8)
    assert weather.shift == pytest.approx(0.2194092827, rel=1e-8)


@settings(max_examples=examples(12))
@given(SEEDS)
def test_scalers_are_fitted_on_the_flattened_windows_of_training_samples_alone(seed):
    windows, split, scalers = fitted(seed)
    sides = (
        (windows.inputs(split.train, np.float64), scalers.inputs, windows.plan.inputs),
        (windows.outputs(split.train, np.float64), scalers.outputs, windows.plan.outputs),
    )
    for tensor, columns, plans in sides:
        for number, plan in enumerate(plans):
            scaler = columns[number].scaler
            assert (scaler is not None) == plan.scale
            if scaler is not None:
                values = tensor[..., number]
                assert [scaler.low, scaler.high] == [values.min(), values.max()]


@settings(max_examples=examples(12))
@given(SEEDS)
def test_scaled_windows_are_scaled_tensors_and_come_back(seed):
    windows, _, scalers = fitted(seed)
    x, y = windows.inputs(EVERY, np.float64), windows.outputs(EVERY, np.float64)
    scaled = scalers.scaled(windows)
    np.testing.assert_array_equal(scaled.inputs(EVERY), scalers.transform_inputs(x))
    np.testing.assert_array_equal(scaled.outputs(EVERY), scalers.transform_outputs(y))
    close = {"rtol": 1e-5, "atol": 1e-4}  # float32 over values up to 62.5
    constant = [
        one.scaler is not None and one.scaler.low == one.scaler.high for one in scalers.inputs
    ]
    moving = [number for number, flat in enumerate(constant) if not flat]
    back = scalers.inverse_inputs(scaled.inputs(EVERY))
    np.testing.assert_allclose(back[..., moving], x[..., moving], **close)


@given(
    values=st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=30),
    ends=st.tuples(st.floats(-10, 10), st.floats(-10, 10)),
)
def test_scaling_equals_scikit_learns(values, ends):
    column = np.array(values)
    assume(np.ptp(column) > 1e-6 * max(1.0, np.abs(column).max()) and abs(ends[0] - ends[1]) > 1e-3)
    ours = fit_column(column, *ends)
    reference = ReferenceScaler(feature_range=tuple(sorted(ends))).fit(column[:, None])
    expected = reference.transform(column[:, None])[:, 0]
    np.testing.assert_allclose(ours.transform(column), expected, rtol=1e-7, atol=1e-7)
    np.testing.assert_allclose(ours.inverse(expected), column, rtol=1e-7, atol=1e-3)


def test_a_large_meter_reading_keeps_its_small_changes_when_it_is_scaled():
    values = 1e9 + np.arange(200.0)
    windows, split, scalers = one_column(values)
    scaled = scalers.scaled(windows).outputs(split.train)
    assert len(np.unique(scaled)) == len(np.unique(windows.outputs(split.train, np.float64)))


def test_a_constant_column_goes_to_the_lower_end_and_comes_back_as_the_constant():
    windows, _, scalers = one_column(np.full(200, 7.5), scale_min=-1, scale_max=1)
    assert (scalers.scaled(windows).outputs(EVERY) == -1).all()
    assert (scalers.inverse_outputs(np.array([[[-1.0], [0.3]]])) == 7.5).all()


def test_forecasts_keep_the_physical_bounds_of_their_series():
    _, _, scalers = one_column(np.arange(200.0), lower=0, upper=150)
    forecast = np.array([[[-0.5], [0.5], [3.0]]])
    back = scalers.inverse_outputs(forecast)[0, :, 0]
    assert back[0] == 0
    assert 0 < back[1] < 150
    assert back[2] == 150


def test_calendar_columns_are_scaled_by_their_known_range():
    block = CalendarBlock(form="current", scale=True)
    plan = window_plan(
        [series_plan("x")],
        [series_plan("y", 0, 1)],
        calendar=CalendarPlan(day=block, holiday=CalendarBlock(form="current", scale=True)),
    )
    values = np.arange(300.0)
    windows = build_windows(plan, {"x": regular("x", values), "y": regular("y", values)})
    scalers = fit_scalers(windows, split_windows(windows, plan.split), plan)
    by_name = {one.name: one.scaler for one in scalers.inputs}
    assert (by_name["D_sin"].low, by_name["D_sin"].high) == (-1, 1)
    assert (by_name["H"].low, by_name["H"].high) == (0, 1)
    assert by_name["x"] is None


def test_the_leaky_option_fits_on_all_samples():
    values = np.arange(200.0)
    plan = window_plan(
        [series_plan("x")], [series_plan("y", 0, 1, scale=True)], split=SplitPlan(leaky=True)
    )
    windows = build_windows(plan, {"x": regular("x", values), "y": regular("y", values)})
    scalers = fit_scalers(windows, split_windows(windows, plan.split), plan)
    assert scalers.fitted_on == "all_samples"
    assert scalers.outputs[0].scaler.high == windows.outputs(EVERY).max()


def test_scalers_survive_json():
    _, _, scalers = one_column(np.arange(200.0), lower=0)
    assert Scalers.from_json(json.loads(json.dumps(scalers.to_json()))) == scalers


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"format": 2},
        {"format": 1, "inputs": [{}], "outputs": [], "fitted_on": "train"},
        {
            "format": 1,
            "inputs": [],
            "outputs": [
                {
                    "name": "y",
                    "scaler": {"low": 0, "high": 1, "scale_min": 1, "scale_max": 1},
                    "lower": None,
                    "upper": None,
                }
            ],
            "fitted_on": "train",
        },
    ],
)
def test_stored_scalers_that_cannot_be_used_are_refused(wrong):
    with pytest.raises(InvalidWindows):
        Scalers.from_json(wrong)


def test_a_tensor_with_other_columns_is_refused():
    _, _, scalers = one_column(np.arange(200.0))
    with pytest.raises(InvalidWindows, match="1 columns"):
        scalers.transform_outputs(np.zeros((2, 3, 2)))
