"""The four networks as ONNX graphs, node for node what torch computes.

``torch.onnx.export`` needs 8 s for the smallest of them and unrolls an LSTM into thousands of
nodes; here a recurrent layer is one ``Scan`` over the steps.
"""

from collections.abc import Sequence

import numpy as np
from onnx import TensorProto, ValueInfoProto, helper
from torch import Tensor, nn

from services.forecasting.engine.activations import add_activation
from services.forecasting.engine.networks import (
    ArLstmNetwork,
    ConvolutionNetwork,
    DenseNetwork,
    LstmNetwork,
    LstmStack,
)
from services.forecasting.engine.onnx_graphs import INPUT, OUTPUT, GraphBuilder
from services.forecasting.models.families import NetworkSettings
from services.forecasting.models.ports import WindowShape

STEP_INPUT = "step_input"


def network_graph(network: nn.Module, settings: NetworkSettings, shape: WindowShape) -> bytes:
    """Return a network as an ONNX model from ``inputs`` to ``outputs``."""
    graph = GraphBuilder(shape)
    if isinstance(network, DenseNetwork):
        forecast = _dense(graph, network, settings)
    elif isinstance(network, ConvolutionNetwork):
        forecast = _convolution(graph, network, settings)
    elif isinstance(network, LstmNetwork):
        forecast = _lstm(graph, network)
    elif isinstance(network, ArLstmNetwork):
        forecast = _autoregressive(graph, network)
    else:
        raise TypeError(f"There is no graph for {type(network).__name__}.")
    graph.nodes.append(
        helper.make_node("Reshape", [forecast, graph.integers(-1, *shape.output_size)], [OUTPUT])
    )
    return graph.model()


def _dense(graph: GraphBuilder, network: DenseNetwork, settings: NetworkSettings) -> str:
    steps, columns = graph.shape.input_size
    values = graph.add("Reshape", INPUT, graph.integers(-1, steps * columns))
    for layer in network.hidden:
        values = add_activation(graph, settings.activation, _affine(graph, layer, values))
    return _affine(graph, network.head, values)


def _convolution(
    graph: GraphBuilder, network: ConvolutionNetwork, settings: NetworkSettings
) -> str:
    steps, columns = graph.shape.input_size
    values = graph.add("Reshape", INPUT, graph.integers(-1, 1, steps, columns))
    for layer in network.hidden:
        values = _convolve(graph, layer, values)
        values = add_activation(graph, settings.activation, values, channels=1)
    values = _convolve(graph, network.squeeze, values)
    if network.head is None:
        return values
    flat = graph.add("Reshape", values, graph.integers(-1, steps * columns))
    return _affine(graph, network.head, flat)


def _lstm(graph: GraphBuilder, network: LstmNetwork) -> str:
    hidden, states = _read(graph, network.encoder)
    if network.decoder is not None:
        ticks = graph.constant(np.zeros((network.output_steps, 1), dtype=np.float32))
        body = graph.inner()
        ends, last = _step(body, network.decoder, states[-2], _body_states(states))
        hidden = _scan(graph, body, states, ticks, ends, last)[1]
    return graph.add("Transpose", _affine_rows(graph, network.head, hidden), perm=[1, 0, 2])


def _autoregressive(graph: GraphBuilder, network: ArLstmNetwork) -> str:
    _, states = _read(graph, network.encoder)
    states = [*states, _zeros(graph, network.outputs)]
    body, formal = graph.inner(), _body_states(states)
    read = formal[-1]
    if network.reads_inputs:
        steps = graph.add("Transpose", INPUT, perm=[1, 0, 2])
        read = body.add("Concat", formal[-1], STEP_INPUT, axis=1)
    else:
        steps = graph.constant(np.zeros((network.output_steps, 1), dtype=np.float32))
    ends, hidden = _step(body, network.decoder, read, formal[:-1])
    forecast = _affine(body, network.head, hidden)
    stacked = _scan(graph, body, states, steps, [*ends, forecast], forecast)[1]
    return graph.add("Transpose", stacked, perm=[1, 0, 2])


def _read(graph: GraphBuilder, stack: LstmStack) -> tuple[str, list[str]]:
    """Add an encoder over the inputs; return hidden states (steps, n, units) and the end states."""
    steps = graph.add("Transpose", INPUT, perm=[1, 0, 2])
    states = [_zeros(graph, stack.units)] * (2 * stack.layers)
    body = graph.inner()
    ends, hidden = _step(body, stack, STEP_INPUT, _body_states(states))
    final, stacked = _scan(graph, body, states, steps, ends, hidden)
    return stacked, final


def _step(
    body: GraphBuilder, stack: LstmStack, values: str, states: Sequence[str]
) -> tuple[list[str], str]:
    """Add one step of all layers; return the new states (h, c of each layer) and the last h."""
    ends: list[str] = []
    for layer in range(stack.layers):
        h, c = states[2 * layer : 2 * layer + 2]
        values, c = _cell(body, stack, layer, values, (h, c))
        ends += [values, c]
    return ends, values


def _cell(
    body: GraphBuilder, stack: LstmStack, layer: int, values: str, state: tuple[str, str]
) -> tuple[str, str]:
    of_input, of_state, bias, other = stack.parameters_of(layer)
    driven = body.add(
        "Gemm", values, _weights(body, of_input), _weights(body, bias + other), transB=1
    )
    gates = body.add("Gemm", state[0], _weights(body, of_state), driven, transB=1)
    cuts = [body.integers(n * stack.units) for n in range(5)]
    axis = body.integers(1)
    i, f, g, o = (body.add("Slice", gates, cuts[n], cuts[n + 1], axis) for n in range(4))
    kept = body.add("Mul", body.add("Sigmoid", f), state[1])
    new = body.add("Mul", body.add("Sigmoid", i), add_activation(body, stack.name, g))
    c = body.add("Add", kept, new)
    h = body.add("Mul", body.add("Sigmoid", o), add_activation(body, stack.name, c))
    return h, c


def _scan(
    graph: GraphBuilder,
    body: GraphBuilder,
    states: Sequence[str],
    steps: str,
    ends: Sequence[str],
    each: str,
) -> tuple[list[str], str]:
    """Add ``body`` for every step of ``steps``; return the end states and what each step made."""
    # an output may be named only once, and states and steps may be the same value
    outputs = [body.add("Identity", one) for one in [*ends, each]]
    inner = helper.make_graph(
        body.nodes,
        f"steps_{len(graph.nodes)}",
        [_floats(name) for name in [*_body_states(states), STEP_INPUT]],
        [_floats(name) for name in outputs],
    )
    names = [graph.name("scan") for _ in outputs]
    graph.nodes.append(
        helper.make_node("Scan", [*states, steps], names, body=inner, num_scan_inputs=1)
    )
    return names[:-1], names[-1]


def _body_states(states: Sequence[str]) -> list[str]:
    return [f"state_{place}" for place in range(len(states))]


def _floats(name: str) -> ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, None)


def _zeros(graph: GraphBuilder, columns: int) -> str:
    samples = graph.add("Shape", INPUT, start=0, end=1)
    size = graph.add("Concat", samples, graph.integers(columns), axis=0)
    return graph.add("ConstantOfShape", size)


def _affine(graph: GraphBuilder, layer: nn.Linear, values: str) -> str:
    return graph.add(
        "Gemm", values, _weights(graph, layer.weight), _weights(graph, layer.bias), transB=1
    )


def _affine_rows(graph: GraphBuilder, layer: nn.Linear, values: str) -> str:
    product = graph.add("MatMul", values, _weights(graph, layer.weight.T))
    return graph.add("Add", product, _weights(graph, layer.bias))


def _convolve(graph: GraphBuilder, layer: nn.Conv2d, values: str) -> str:
    pads = [layer.kernel_size[0] // 2] * 4
    weights = _weights(graph, layer.weight), _weights(graph, layer.bias)
    return graph.add("Conv", values, *weights, pads=pads)


def _weights(graph: GraphBuilder, values: Tensor | None) -> str:
    assert values is not None  # noqa: S101 - every layer here has a bias
    return graph.constant(values.detach().cpu().numpy())
