"""The model as the federation sees it: what is trained, what is only averaged, what stays.

A server optimiser or a robust rule may touch trainable parameters only: FedAvgM's momentum, for
one, drives a BatchNorm variance negative. Statistics are plain weighted means, counters stay.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from flwr.app import Array, ArrayRecord
from numpy.typing import NDArray
from torch import Tensor, nn

Arrays = dict[str, NDArray]


class ModelState:
    """The names of a network's tensors by how they are exchanged."""

    def __init__(self, network: nn.Module) -> None:
        parameters = dict(network.named_parameters())
        self.trainable = [name for name, one in parameters.items() if one.requires_grad]
        self.statistics = [
            name
            for name, tensor in network.state_dict().items()
            if name not in parameters and tensor.is_floating_point()
        ]
        self._network = network
        self._received: dict[str, tuple[ArrayRecord | None, Arrays]] = {}

    @property
    def size(self) -> int:
        """Return how many bytes the tensors of the network have."""
        tensors = self._network.state_dict().values()
        return sum(tensor.numel() * tensor.element_size() for tensor in tensors)

    def read(self, names: Sequence[str]) -> Arrays:
        """Return copies of the network's tensors as arrays."""
        state = self._network.state_dict()
        return {name: state[name].detach().cpu().numpy().copy() for name in names}

    def write(self, arrays: Mapping[str, NDArray]) -> None:
        """Put arrays into the network, each as its own dtype."""
        state = self._network.state_dict()
        with torch.no_grad():
            for name, array in arrays.items():
                state[name].copy_(torch.from_numpy(np.array(array)))

    def receive(self, key: str, record: ArrayRecord) -> None:
        """Put a record into the network; one sent to many sites is decoded once."""
        sent, arrays = self._received.get(key, (None, {}))
        if sent is not record:
            arrays = from_record(record)
            self._received[key] = (record, arrays)
        self.write(arrays)

    def tensors(self) -> dict[str, Tensor]:
        """Return every tensor of the network, copied."""
        return {name: one.detach().clone() for name, one in self._network.state_dict().items()}

    def load(self, tensors: Mapping[str, Tensor]) -> None:
        """Replace every tensor of the network."""
        self._network.load_state_dict(dict(tensors))


def to_record(arrays: Mapping[str, NDArray]) -> ArrayRecord:
    """Return arrays as Flower sends them."""
    return ArrayRecord({name: Array(np.asarray(array)) for name, array in arrays.items()})


def from_record(record: ArrayRecord) -> Arrays:
    """Return Flower's arrays as numpy's."""
    return {name: array.numpy() for name, array in record.items()}


def weighted_mean(parts: Sequence[Mapping[str, NDArray]], weights: Sequence[int]) -> Arrays:
    """Return the mean of each array, weighted by rows, in double precision, as its own dtype."""
    return {
        name: np.average(
            [part[name].astype(np.float64) for part in parts], axis=0, weights=weights
        ).astype(first.dtype)
        for name, first in parts[0].items()
    }
