"""LIN: the least squares of scikit-learn, whatever the number of rows."""

import numpy as np
import onnxruntime
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LinearRegression

from services.engine_kit.errors import TrainingFailedError
from services.forecasting.engine import fit, load
from services.forecasting.engine.fakes import MemoryBlock
from services.forecasting.engine.linear import least_squares
from services.forecasting.models.errors import InvalidModelParams, WrongWindowShape
from services.forecasting.models.families import read_settings
from tests.factories.forecasting import blocks, context, mean_error, rmse


def linear(data, **settings):
    return fit(read_settings({"MODE": "LIN", **settings}), data, context())


@given(st.integers(0, 2**16), st.booleans())
def test_the_coefficients_are_those_of_scikit_learn(seed, repeated):
    draw = np.random.default_rng(seed)
    x = draw.normal(size=(40, 5, 3)).astype(np.float32)
    if repeated:  # an average over the horizon is the same value at every step
        x[:, :, 1] = x[:, :1, 1]
    y = draw.normal(size=(40, 2, 2)).astype(np.float32)
    weights, intercept = least_squares(MemoryBlock(x, y), "window")
    expected = LinearRegression().fit(x.reshape(40, -1).astype(float), y.reshape(40, -1))
    np.testing.assert_allclose(weights.T, expected.coef_, atol=1e-9)
    np.testing.assert_allclose(intercept, expected.intercept_, atol=1e-9)


def test_many_chunks_give_the_solution_of_one():
    train = blocks().train
    whole = least_squares(train, "window")
    for one, other in zip(least_squares(train, "window", max_values=200), whole, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-9)


def test_equal_steps_are_read_step_by_step_and_unequal_ones_as_a_window():
    assert linear(blocks(input_steps=4, output_steps=4)).weights.shape == (2, 1)
    assert linear(blocks(input_steps=8, output_steps=4)).weights.shape == (16, 4)
    assert linear(blocks(input_steps=4, output_steps=4), features="window").weights.shape == (8, 4)


def test_step_by_step_with_unequal_steps_is_refused():
    with pytest.raises(InvalidModelParams, match=r"window or auto.*there are 8 and 4"):
        linear(blocks(), features="step")


def test_it_beats_the_mean_and_is_the_same_when_loaded_and_as_onnx(tmp_path):
    data = blocks(outputs=2, inputs=3)
    model = linear(data)
    x = data.validation.x
    forecast = model.predict(x)
    assert forecast.shape == (40, 4, 2)
    assert rmse(forecast, data.validation.y) < 0.2 * mean_error(data)
    model.save(tmp_path)
    loaded = load(tmp_path)
    assert np.array_equal(loaded.predict(x), forecast)
    assert loaded.history.as_mapping() == model.history.as_mapping()
    session = onnxruntime.InferenceSession(tmp_path / "model.onnx")
    np.testing.assert_allclose(session.run(None, {"inputs": x})[0], forecast, atol=1e-6)


def test_windows_of_another_shape_are_refused_with_both_shapes():
    with pytest.raises(WrongWindowShape, match=r"\(3, 8, 1\).*8 steps, 2 columns: in0, in1"):
        linear(blocks()).predict(np.zeros((3, 8, 1), np.float32))


def test_an_empty_training_block_is_refused():
    data = blocks(x=np.zeros((0, 8, 2), np.float32), y=np.zeros((0, 4, 1), np.float32))
    with pytest.raises(TrainingFailedError, match="no training sample"):
        linear(data)


def test_without_validation_samples_there_is_no_validation_error(tmp_path):
    data = blocks(x=blocks(4).train.x, y=blocks(4).train.y)
    empty = type(data.validation)(data.validation.x[:0], data.validation.y[:0])
    model = linear(type(data)(**{**vars(data), "validation": empty}))
    assert set(model.history.epochs[0]) == {"train_loss", "train_rmse"}
    model.save(tmp_path)
    assert load(tmp_path).history.epochs == model.history.epochs
