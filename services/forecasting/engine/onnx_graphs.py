"""Fitted estimators as ONNX graphs in double precision: float32 windows in, float32 windows out.

skl2onnx converts to single precision and one target at a time; these graphs hold the reading of
the window, all targets and the writing of the forecast, and agree to rounding.
"""

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from services.forecasting.engine.rows import Doubles
from services.forecasting.models.families import STEP
from services.forecasting.models.ports import WindowShape

OPSET, ML_OPSET, IR_VERSION = 18, 3, 9
INPUT, OUTPUT = "inputs", "outputs"


class GraphBuilder:
    """Nodes and constants of one graph, in the order in which they are computed."""

    def __init__(self, shape: WindowShape) -> None:
        self.shape = shape
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self._numbers = itertools.count()

    def inner(self) -> "GraphBuilder":
        """Return a builder of a graph within this one: it sees the same constants."""
        body = GraphBuilder(self.shape)
        body.constants, body._numbers = self.constants, self._numbers
        return body

    def name(self, prefix: str) -> str:
        """Return a name that no other value has."""
        return f"{prefix}_{next(self._numbers)}"

    def add(self, operator: str, *inputs: str, **attributes: Any) -> str:
        """Add a node with one output; return the output's name."""
        name = self.name(operator.lower())
        self.nodes.append(helper.make_node(operator, list(inputs), [name], **attributes))
        return name

    def constant(self, value: np.ndarray) -> str:
        """Add a constant; return its name."""
        name = f"constant_{len(self.constants)}"
        array = np.ascontiguousarray(value)
        self.constants.append(numpy_helper.from_array(array, name))
        return name

    def integers(self, *values: int) -> str:
        """Add a list of whole numbers, such as a shape; return its name."""
        return self.constant(np.array(values, dtype=np.int64))

    def table(self, features: str) -> str:
        """Read the windows as rows (see ``rows``) in double precision; return the name."""
        steps, columns = self.shape.input_size
        wide = columns if features == STEP else steps * columns
        doubles = self.add("Cast", INPUT, to=TensorProto.DOUBLE)
        return self.add("Reshape", doubles, self.integers(-1, wide))

    def finish(self, forecast: str) -> bytes:
        """Write ``forecast`` as windows; return the checked model."""
        floats = self.add("Cast", forecast, to=TensorProto.FLOAT)
        target = self.integers(-1, *self.shape.output_size)
        self.nodes.append(helper.make_node("Reshape", [floats, target], [OUTPUT]))
        return self.model()

    def model(self) -> bytes:
        """Return the graph, whose last node makes ``outputs``, as a checked model."""
        graph = helper.make_graph(
            self.nodes,
            "forecast",
            [_windows(INPUT, self.shape.input_size)],
            [_windows(OUTPUT, self.shape.output_size)],
            self.constants,
        )
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid("ai.onnx.ml", ML_OPSET)]
        model = helper.make_model(graph, opset_imports=opsets, producer_name="Roundhouse")
        model.ir_version = IR_VERSION
        onnx.checker.check_model(model)
        return bytes(model.SerializeToString())


def _windows(name: str, size: Sequence[int]) -> Any:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, ["samples", *size])


def linear_graph(shape: WindowShape, features: str, weights: Doubles, intercept: Doubles) -> bytes:
    """Return inputs · weights + intercept."""
    graph = GraphBuilder(shape)
    product = graph.add("MatMul", graph.table(features), graph.constant(weights))
    return graph.finish(graph.add("Add", product, graph.constant(intercept)))
