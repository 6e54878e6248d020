"""LightGBM's trees as one ONNX node, in double precision as LightGBM itself compares."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from onnx import numpy_helper

from services.forecasting.engine.onnx_graphs import GraphBuilder
from services.forecasting.models.families import WINDOW
from services.forecasting.models.ports import WindowShape

Node = Mapping[str, Any]  # of LightGBM's dump_model


def trees_graph(shape: WindowShape, dumps: Sequence[Mapping[str, Any]]) -> bytes:
    """Return the sum of all trees of each target; ``dumps`` are in the order of the targets."""
    arrays = EnsembleArrays()
    for target, dump in enumerate(dumps):
        for tree in dump["tree_info"]:
            arrays.add_tree(tree["tree_structure"], target)
    graph = GraphBuilder(shape)
    graph.nodes.append(arrays.node(graph.table(WINDOW), "forecast", len(dumps)))
    return graph.finish("forecast")


class EnsembleArrays:
    """The attributes of ONNX's ``TreeEnsembleRegressor``: parallel lists, one entry per node."""

    def __init__(self) -> None:
        self._trees = 0
        self._nodes: dict[str, list[Any]] = {
            name: [] for name in ("treeids", "nodeids", "featureids", "modes", "values",
                                  "truenodeids", "falsenodeids", "missing_value_tracks_true")
        }  # fmt: skip
        self._targets: dict[str, list[Any]] = {
            name: [] for name in ("treeids", "nodeids", "ids", "weights")
        }

    def add_tree(self, root: Node, target: int) -> None:
        """Add a tree whose leaves count for ``target``."""
        numbered = list(_numbered(root))
        numbers = {id(node): number for number, node in enumerate(numbered)}
        for number, node in enumerate(numbered):
            if "split_feature" in node:
                self._add_split(number, node, numbers)
            else:
                self._add_leaf(number, node, target)
        self._trees += 1

    def node(self, rows: str, output: str, targets: int) -> Any:
        """Return the ONNX node from ``rows`` to ``output``."""
        from onnx import helper

        doubles = {
            "nodes_values_as_tensor": self._nodes.pop("values"),
            "target_weights_as_tensor": self._targets.pop("weights"),
        }
        attributes: dict[str, Any] = {f"nodes_{name}": one for name, one in self._nodes.items()}
        attributes |= {f"target_{name}": one for name, one in self._targets.items()}
        attributes |= {
            name: numpy_helper.from_array(np.array(values, dtype=np.float64), name)
            for name, values in doubles.items()
        }
        return helper.make_node(
            "TreeEnsembleRegressor",
            [rows],
            [output],
            domain="ai.onnx.ml",
            n_targets=targets,
            aggregate_function="SUM",
            **attributes,
        )

    def _add_split(self, number: int, node: Node, numbers: Mapping[int, int]) -> None:
        if node["decision_type"] != "<=":
            raise ValueError(f"A split {node['decision_type']!r} is not one between numbers.")
        branches = (numbers[id(node["left_child"])], numbers[id(node["right_child"])])
        self._add(
            number, node["split_feature"], "BRANCH_LEQ", node["threshold"], branches,
            missing=int(node["default_left"]),
        )  # fmt: skip

    def _add_leaf(self, number: int, node: Node, target: int) -> None:
        self._add(number, 0, "LEAF", 0.0, (0, 0), missing=0)
        values = (self._trees, number, target, node["leaf_value"])
        for name, value in zip(self._targets, values, strict=True):
            self._targets[name].append(value)

    def _add(
        self,
        number: int,
        feature: int,
        mode: str,
        value: float,
        branches: tuple[int, int],
        *,
        missing: int,
    ) -> None:
        values = (self._trees, number, feature, mode, value, *branches, missing)
        for name, one in zip(self._nodes, values, strict=True):
            self._nodes[name].append(one)


def _numbered(root: Node) -> Iterator[Node]:
    """Yield the nodes of a tree, the root first."""
    pending = [root]
    while pending:
        node = pending.pop()
        yield node
        if "split_feature" in node:
            pending += [node["right_child"], node["left_child"]]
