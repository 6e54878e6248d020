"""Permutation importance: what the outputs follow from, and how sure that is."""

import numpy as np
import pytest
from sklearn.inspection import permutation_importance as by_scikit_learn
from sklearn.linear_model import LinearRegression

from services.engine_kit.errors import StopTraining
from services.forecasting.engine import fit
from services.forecasting.engine.importance import permutation_importance
from services.forecasting.models.errors import InvalidModelParams
from services.forecasting.models.families import read_settings
from tests.factories.forecasting import blocks, context


def noise(samples=200, columns=3):
    """Return blocks whose output follows in0 strongly, in1 weakly and in2 not at all."""
    x = np.random.default_rng(0).uniform(size=(samples, 4, columns)).astype(np.float32)
    y = (x[:, :, :1] + 0.3 * x[:, :, 1:2]) * 0.7
    return blocks(x=x, y=y)


@pytest.fixture(scope="module")
def fitted():
    data = noise()
    return fit(read_settings({"MODE": "LIN"}), data, context()), data


def test_columns_are_ranked_by_what_the_outputs_follow_from(fitted):
    model, data = fitted
    rows = permutation_importance(model, data.validation, 1)
    assert [row.name for row in rows] == ["in0", "in1", "in2"]
    assert rows[0].low > rows[1].high > rows[1].low > 0
    assert rows[2].increase == pytest.approx(0, abs=1e-6)
    for row in rows:
        assert row.low <= row.increase <= row.high
        assert row.rmse == pytest.approx(0, abs=1e-5)


def test_the_increase_is_about_scikit_learn_s():
    data = noise(400)
    model = fit(read_settings({"MODE": "LIN", "features": "window"}), data, context())
    x, y = data.validation.x[:, :1], data.validation.y[:, 0, 0]
    flat = blocks(x=data.train.x[:, :1], y=data.train.y[:, :1])
    single = fit(read_settings({"MODE": "LIN"}), flat, context())
    assert model.shape.input_steps == 4
    expected = by_scikit_learn(
        LinearRegression().fit(flat.train.x[:, 0], flat.train.y[:, 0, 0]), x[:, 0], y,
        scoring="neg_root_mean_squared_error", n_repeats=60, random_state=0,
    )  # fmt: skip
    block = type(data.validation)(x, data.validation.y[:, :1])
    rows = {row.name: row for row in permutation_importance(single, block, 0, repeats=60)}
    for place, name in enumerate(("in0", "in1", "in2")):
        mean = expected.importances_mean[place]
        assert rows[name].increase == pytest.approx(mean, rel=0.05, abs=1e-6)


def test_groups_are_permuted_together(fitted):
    model, data = fitted
    groups = {"both": ("in0", "in1")}
    rows = permutation_importance(model, data.validation, 1, groups=groups)
    assert [row.name for row in rows] == ["both", "in2"]


def test_the_seed_decides_and_samples_can_be_fewer(fitted):
    model, data = fitted

    def increases(seed, **more):
        rows = permutation_importance(model, data.validation, seed, **more)
        return [row.increase for row in rows]

    assert increases(1) == increases(1) != increases(2)
    assert increases(1, max_samples=10) != increases(1)


def test_what_cannot_be_measured_is_refused(fitted):
    model, data = fitted
    with pytest.raises(InvalidModelParams, match="at least 2"):
        permutation_importance(model, data.validation, 1, max_samples=1)
    with pytest.raises(InvalidModelParams, match="a column of the model, in 'day'"):
        permutation_importance(model, data.validation, 1, groups={"day": ["D_sin"]})
    with pytest.raises(StopTraining):
        permutation_importance(model, data.validation, 1, stop_requested=lambda: True)
