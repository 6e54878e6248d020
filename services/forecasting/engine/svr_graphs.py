"""Support vector regressions as ONNX: the kernel and its sum written out, in double precision.

f(x) = Σ αᵢ K(sᵢ, x) + b with the kernels of libsvm (Chang and Lin, 2011, section 2): linear
s·x, poly (γ s·x + r)^d, rbf exp(−γ |s − x|²), sigmoid tanh(γ s·x + r).
"""

from collections.abc import Sequence

import numpy as np
from sklearn.pipeline import Pipeline
from sklearn.svm import SVR

from services.forecasting.engine.onnx_graphs import INPUT, GraphBuilder
from services.forecasting.engine.rows import Doubles
from services.forecasting.models.families import STEP, WINDOW
from services.forecasting.models.ports import WindowShape


def svr_graph(shape: WindowShape, layout: str, pipelines: Sequence[Pipeline]) -> bytes:
    """Return all regressions, side by side in the order of the pipelines."""
    graph = GraphBuilder(shape)
    table = graph.table(STEP if layout == "steps" else WINDOW)
    if layout == "shared":
        table = _with_position(graph, table)
    columns = [_regression(graph, table, pipeline) for pipeline in pipelines]
    return graph.finish(graph.add("Concat", *columns, axis=1))


def _with_position(graph: GraphBuilder, table: str) -> str:
    """Repeat each row for every output step and add the step's position, 0 to 1."""
    steps = graph.shape.output_steps
    width = graph.shape.input_size[0] * graph.shape.input_size[1]
    repeated = graph.add("Unsqueeze", table, graph.integers(1))
    repeated = graph.add("Tile", repeated, graph.integers(1, steps, 1))
    position = graph.constant(np.linspace(0.0, 1.0, steps).reshape(1, steps, 1))
    samples = graph.add("Shape", INPUT, start=0, end=1)
    size = graph.add("Concat", samples, graph.integers(steps, 1), axis=0)
    rows = graph.add("Concat", repeated, graph.add("Expand", position, size), axis=2)
    return graph.add("Reshape", rows, graph.integers(-1, width + 1))


def _regression(graph: GraphBuilder, table: str, pipeline: Pipeline) -> str:
    scaler, machine = pipeline[0], pipeline[1]
    centred = graph.add("Sub", table, graph.constant(scaler.mean_))
    rows = graph.add("Div", centred, graph.constant(scaler.scale_))
    kernel = _kernel(graph, rows, machine)
    weighted = graph.add("MatMul", kernel, graph.constant(machine.dual_coef_.T))
    return graph.add("Add", weighted, graph.constant(machine.intercept_))


def _kernel(graph: GraphBuilder, rows: str, machine: SVR) -> str:
    """Add the kernel of every row with every support vector."""
    vectors: Doubles = machine.support_vectors_
    products = graph.add("MatMul", rows, graph.constant(vectors.T))
    gamma = graph.constant(np.array(machine._gamma))
    if machine.kernel == "linear":
        return products
    if machine.kernel == "rbf":
        return _gaussian(graph, rows, products, vectors, machine._gamma)
    shifted = graph.add("Add", graph.add("Mul", products, gamma), _double(graph, machine.coef0))
    if machine.kernel == "sigmoid":
        return graph.add("Tanh", shifted)
    return graph.add("Pow", shifted, _double(graph, machine.degree))


def _gaussian(graph: GraphBuilder, rows: str, products: str, vectors: Doubles, gamma: float) -> str:
    """Add exp(−γ (|x|² − 2 s·x + |s|²))."""
    squares = graph.add("ReduceSumSquare", rows, graph.integers(1), keepdims=1)
    twice = graph.add("Mul", products, _double(graph, 2.0))
    distance = graph.add("Sub", squares, twice)
    distance = graph.add("Add", distance, graph.constant(np.square(vectors).sum(axis=1)))
    return graph.add("Exp", graph.add("Mul", distance, _double(graph, -gamma)))


def _double(graph: GraphBuilder, value: float) -> str:
    return graph.constant(np.array(value, dtype=np.float64))
