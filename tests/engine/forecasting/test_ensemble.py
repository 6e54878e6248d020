"""Ensembles: weights by the validation block, never worse on it than the best member."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from services.forecasting.engine import fit, load
from services.forecasting.engine.ensemble import convex_weights, fit_ensemble
from services.forecasting.models.errors import InvalidModelParams
from services.forecasting.models.families import read_settings
from tests.factories.forecasting import blocks, context, rmse


def trained(data, mode="LIN", **settings):
    return fit(read_settings({"MODE": mode, **settings}), data, context())


def test_it_is_at_least_as_good_as_its_members_and_stays_itself_when_saved(tmp_path):
    data = blocks(120, noise=0.15, outputs=2)
    members = [trained(data), trained(data, "LGBMR", trees=20), trained(data, "SVR_dir")]
    ensemble = fit_ensemble(members, data)
    x, y = data.validation.x, data.validation.y
    best = min(rmse(one.predict(x), y) for one in members)
    assert rmse(ensemble.predict(x), y) <= best + 1e-6
    assert sum(ensemble.weights) == pytest.approx(1)
    ensemble.save(tmp_path)
    loaded = load(tmp_path)
    assert np.array_equal(loaded.predict(x), ensemble.predict(x))
    assert loaded.weights == ensemble.weights


def test_a_model_that_adds_nothing_is_left_out():
    data = blocks(80, noise=0.0)
    good, bad = trained(data), trained(data, "Dense", LAY=1, N=2, EP=1, learning_rate=1e-7)
    ensemble = fit_ensemble([bad, good], data)
    assert ensemble.members == (good,)
    assert ensemble.places == (1,)


@given(st.integers(0, 2**16), st.integers(1, 5))
def test_the_weights_are_those_of_a_general_solver(seed, members):
    draw = np.random.default_rng(seed)
    forecasts = draw.normal(size=(members, 40))
    truth = draw.normal(size=40) + forecasts[0]
    gram, moment = forecasts @ forecasts.T / 40, forecasts @ truth / 40
    weights = convex_weights(gram, moment)
    assert weights.min() >= 0
    assert weights.sum() == pytest.approx(1)

    def loss(w):
        return w @ gram @ w - 2 * moment @ w

    start = np.full(members, 1 / members)
    total = {"type": "eq", "fun": lambda w: w.sum() - 1}
    general = minimize(loss, start, method="SLSQP", bounds=[(0, 1)] * members, constraints=total)
    assert loss(weights) <= general.fun + 1e-6


def test_forecasts_of_zero_are_weighed_equally():
    assert convex_weights(np.zeros((2, 2)), np.zeros(2)).tolist() == [0.5, 0.5]


def test_no_member_and_members_of_other_windows_are_refused():
    data = blocks(40)
    with pytest.raises(InvalidModelParams, match="at least one trained model"):
        fit_ensemble([], data)
    with pytest.raises(InvalidModelParams, match="the session's own windows"):
        fit_ensemble([trained(blocks(40, input_steps=5))], data)
