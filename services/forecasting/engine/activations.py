"""The activations of the settings, for torch and for ONNX, defined side by side."""

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

if TYPE_CHECKING:
    from services.forecasting.engine.onnx_graphs import GraphBuilder

Activation = Callable[[Tensor], Tensor]
_TORCH: Mapping[str, Activation] = {
    "relu": torch.relu,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "linear": lambda values: values,
    "elu": functional.elu,
    "selu": functional.selu,
    "softplus": functional.softplus,
    "softsign": functional.softsign,
    "swish": functional.silu,
    "gelu": functional.gelu,
}
_ONNX = {
    "relu": "Relu",
    "sigmoid": "Sigmoid",
    "tanh": "Tanh",
    "elu": "Elu",
    "selu": "Selu",
    "softplus": "Softplus",
    "softsign": "Softsign",
}


def activation(name: str, channels: int = -1) -> Activation:
    """Return the function; softmax is over the axis ``channels``."""
    if name == "softmax":
        return lambda values: torch.softmax(values, dim=channels)
    return _TORCH[name]


def add_activation(graph: "GraphBuilder", name: str, values: str, channels: int = -1) -> str:
    """Add the same function to a graph; return the name of its result."""
    if name == "linear":
        return values
    if name == "softmax":
        return graph.add("Softmax", values, axis=channels)
    if name == "swish":
        return graph.add("Mul", values, graph.add("Sigmoid", values))
    if name == "gelu":
        return _gelu(graph, values)
    return graph.add(_ONNX[name], values)


def _gelu(graph: "GraphBuilder", values: str) -> str:
    """Add x/2 · (1 + erf(x/√2)) (Hendrycks and Gimpel, 2016): the opset has no operator for it."""
    root, one = _single(graph, math.sqrt(0.5)), _single(graph, 1.0)
    half = graph.add("Mul", values, _single(graph, 0.5))
    error = graph.add("Erf", graph.add("Mul", values, root))
    return graph.add("Mul", half, graph.add("Add", error, one))


def _single(graph: "GraphBuilder", value: float) -> str:
    return graph.constant(np.array(value, dtype=np.float32))
