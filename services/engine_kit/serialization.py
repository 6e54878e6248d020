"""Weights and other state as bytes: safetensors for tensors, JSON for the rest, no pickle."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load as load_arrays
from safetensors.numpy import save as save_arrays
from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors
from torch import Tensor, nn

from services.engine_kit.errors import TrainingFailedError


def to_bytes(tensors: Mapping[str, Tensor]) -> bytes:
    """Return the tensors as a safetensors file."""
    contiguous = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    return bytes(save_tensors(contiguous))


def from_bytes(content: bytes) -> dict[str, Tensor]:
    """Return the tensors of a safetensors file."""
    return dict(load_tensors(content))


def arrays_to_bytes(arrays: Mapping[str, np.ndarray]) -> bytes:
    """Return numpy arrays as a safetensors file."""
    return bytes(save_arrays({name: np.ascontiguousarray(one) for name, one in arrays.items()}))


def arrays_from_bytes(content: bytes) -> dict[str, np.ndarray]:
    """Return the numpy arrays of a safetensors file."""
    return dict(load_arrays(content))


def as_json(value: Mapping[str, Any]) -> bytes:
    """Return strict JSON in one form only, so that equal values have equal bytes."""
    return json.dumps(value, sort_keys=True, allow_nan=False, separators=(",", ":")).encode()


def sha256(content: bytes) -> str:
    """Return the digest by which a file is known."""
    return hashlib.sha256(content).hexdigest()


def load_pretrained(network: nn.Module, content: bytes) -> list[str]:
    """Load the weights that fit by name and shape; return the names that keep their first values.

    Raises ``TrainingFailedError`` for a file that is not safetensors or of which nothing fits.
    """
    try:
        given = from_bytes(content)
    except SafetensorError as error:
        raise TrainingFailedError("The weights are not a readable safetensors file.") from error
    own = network.state_dict()
    fitting = {
        name: tensor.to(own[name].dtype)
        for name, tensor in given.items()
        if name in own and own[name].shape == tensor.shape
    }
    if not fitting:
        example = ", ".join(list(own)[:3])
        raise TrainingFailedError(
            f"None of the {len(given)} tensors in the weights fits this network; it has {example}."
        )
    network.load_state_dict(fitting, strict=False)
    return [name for name in own if name not in fitting]
