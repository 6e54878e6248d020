"""The ONNX graphs say what the models say: every activation, kernel and layout."""

import numpy as np
import onnxruntime
import pytest
import torch

from services.forecasting.engine import fit
from services.forecasting.engine.network_graphs import network_graph
from services.forecasting.engine.networks import network_for
from services.forecasting.models.families import ACTIVATIONS, KERNELS, read_settings
from tests.factories.forecasting import blocks, context


def run(content, x):
    return onnxruntime.InferenceSession(content).run(None, {"inputs": x})[0]


@pytest.mark.parametrize("steps", [3, 5], ids=["unequal", "equal"])
@pytest.mark.parametrize("mode", ["Dense", "CNN", "LSTM", "AR LSTM"])
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_a_network_is_the_same_as_onnx(mode, name, steps):
    data = blocks(16, input_steps=5, output_steps=steps, inputs=3, outputs=2)
    settings = read_settings({"MODE": mode, "LAY": 2, "N": 4, "ACTF": name})
    torch.manual_seed(0)
    network = network_for(settings, data.shape).eval()
    for values in network.parameters():
        torch.nn.init.uniform_(values, -0.5, 0.5)
    expected = network(torch.from_numpy(data.train.x)).detach().numpy()
    content = network_graph(network, settings, data.shape)
    np.testing.assert_allclose(run(content, data.train.x), expected, atol=1e-5, rtol=1e-5)


def test_a_convolution_as_large_as_its_output_needs_no_dense_layer():
    data = blocks(16, input_steps=5, output_steps=5, inputs=2, outputs=2)
    settings = read_settings({"MODE": "CNN", "LAY": 1, "N": 3})
    network = network_for(settings, data.shape).eval()
    assert network.head is None
    torch.nn.init.normal_(network.squeeze.weight)
    expected = network(torch.from_numpy(data.train.x)).detach().numpy()
    got = run(network_graph(network, settings, data.shape), data.train.x)
    np.testing.assert_allclose(got, expected, atol=1e-5)


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize(
    ("mode", "output_steps"), [("SVR_dir", 3), ("SVR_MIMO", 3), ("SVR_dir", 4)]
)
def test_a_support_vector_regression_is_the_same_as_onnx(kernel, mode, output_steps, tmp_path):
    data = blocks(40, input_steps=4, output_steps=output_steps, inputs=2, outputs=2)
    settings = read_settings({"MODE": mode, "KERNEL": kernel, "EPSILON": 0.01})
    model = fit(settings, data, context())
    model.save(tmp_path)
    got = run((tmp_path / "model.onnx").read_bytes(), data.validation.x)
    np.testing.assert_allclose(got, model.predict(data.validation.x), atol=1e-6)


def test_trees_of_one_leaf_are_the_constant_that_they_were_trained_on(tmp_path):
    x = np.random.default_rng(0).normal(size=(60, 3, 2)).astype(np.float32)
    data = blocks(x=x, y=np.full((60, 2, 1), 0.25, np.float32))
    model = fit(read_settings({"MODE": "LGBMR"}), data, context())
    model.save(tmp_path)
    assert model.predict(x) == pytest.approx(0.25)
    assert run((tmp_path / "model.onnx").read_bytes(), x) == pytest.approx(0.25)
