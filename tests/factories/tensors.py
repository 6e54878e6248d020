"""Safetensors files, right and wrong, made byte by byte."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from safetensors.numpy import save


def weights_file(**shapes: tuple[int, ...]) -> bytes:
    """Return a whole file of float32 ones."""
    of_shapes = shapes or {"weight": (2, 3), "bias": (3,)}
    return bytes(save({name: np.ones(shape, np.float32) for name, shape in of_shapes.items()}))


def raw_file(header: Mapping[str, Any] | bytes, data: bytes = b"") -> bytes:
    """Return a file of exactly this header and this data, whether they fit or not."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + data


def tensor(begin: int, end: int, *shape: int, dtype: str = "F32") -> dict[str, Any]:
    """Return the entry of one tensor."""
    return {"dtype": dtype, "shape": list(shape), "data_offsets": [begin, end]}
