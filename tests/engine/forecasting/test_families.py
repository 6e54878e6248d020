"""Every family: learns, keeps its shapes, and is the same after saving, loading and as ONNX."""

import numpy as np
import onnxruntime
import pytest

from services.forecasting.engine import fit, load
from services.forecasting.models.families import MODES, read_settings
from tests.factories.forecasting import blocks, context, mean_error, rmse

SMALL = {
    "LAY": 1, "N": 16, "EP": 12, "learning_rate": 0.03, "KERNEL": "rbf", "C": 10,
    "EPSILON": 0.01, "trees": 30, "batch_size": 16,
}  # fmt: skip
SHAPES = {
    "equal": {"input_steps": 4, "output_steps": 4, "inputs": 1, "outputs": 1},
    "unequal": {"input_steps": 6, "output_steps": 3, "inputs": 3, "outputs": 2},
    "mixed": {"input_steps": 4, "output_steps": 4, "inputs": 3, "outputs": 2},
}


def settings(mode, **more):
    return read_settings({"MODE": mode, **SMALL, **more})


def onnx_forecast(folder, x):
    session = onnxruntime.InferenceSession(folder / "model.onnx")
    return session.run(None, {"inputs": x})[0]


@pytest.mark.parametrize("sizes", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("mode", MODES)
def test_a_family_learns_and_stays_itself_when_saved(mode, sizes, tmp_path):
    data = blocks(**sizes)
    model = fit(settings(mode), data, context())
    x = data.validation.x
    forecast = model.predict(x)
    assert forecast.shape == data.validation.y.shape
    assert forecast.dtype == np.float32
    assert rmse(forecast, data.validation.y) < 0.8 * mean_error(data)
    model.save(tmp_path)
    loaded = load(tmp_path)
    assert np.array_equal(loaded.predict(x), forecast)
    assert loaded.settings == model.settings
    assert loaded.history.as_mapping() == model.history.as_mapping()
    np.testing.assert_allclose(onnx_forecast(tmp_path, x), forecast, atol=1e-5)
