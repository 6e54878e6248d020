"""A Lightning checkpoint as safetensors and JSON: the same tree, and nothing that runs code."""

import math
from typing import Any

from torch import Tensor

# JSON has neither tuples nor integer keys nor infinities: every list begins with a mark
TENSOR, TUPLE, LIST = "$tensor", "$tuple", "$list"
MAPPING, FLOAT = "$mapping", "$float"


def encode(tree: Any, tensors: dict[str, Tensor]) -> Any:
    """Return ``tree`` as JSON knows it; its tensors go into ``tensors`` under new names."""
    if isinstance(tree, Tensor):
        name = f"tensor_{len(tensors)}"
        tensors[name] = tree.detach().clone()
        return [TENSOR, name]
    if isinstance(tree, dict):
        return _encode_mapping(tree, tensors)
    if isinstance(tree, tuple):
        return [TUPLE, *(encode(one, tensors) for one in tree)]
    if isinstance(tree, list):
        return [LIST, *(encode(one, tensors) for one in tree)]
    if isinstance(tree, float) and not math.isfinite(tree):
        return [FLOAT, repr(tree)]
    if tree is None or isinstance(tree, bool | int | float | str):
        return tree
    raise TypeError(f"A checkpoint cannot hold a {type(tree).__name__}.")


def decode(tree: Any, tensors: dict[str, Tensor]) -> Any:
    """Return what ``encode`` was given."""
    if isinstance(tree, dict):
        return {key: decode(value, tensors) for key, value in tree.items()}
    if not isinstance(tree, list):
        return tree
    mark = tree[0]
    if mark == TENSOR:
        return tensors[tree[1]]
    if mark == TUPLE:
        return tuple(decode(one, tensors) for one in tree[1:])
    if mark == FLOAT:
        return float(tree[1])
    if mark == MAPPING:
        return {decode(key, tensors): decode(value, tensors) for key, value in tree[1:]}
    return [decode(one, tensors) for one in tree[1:]]


def _encode_mapping(tree: dict[Any, Any], tensors: dict[str, Tensor]) -> Any:
    if all(isinstance(key, str) for key in tree):
        return {key: encode(value, tensors) for key, value in tree.items()}
    return [
        MAPPING,
        *([encode(key, tensors), encode(value, tensors)] for key, value in tree.items()),
    ]
