"""What bare training scripts take their samples from."""

from collections.abc import Iterator

import torch
from torch import Tensor


class Batches:
    """Batches of (x, y) in a random or in the given order."""

    def __init__(self, x: Tensor, y: Tensor, size: int, *, shuffle: bool) -> None:
        self._x, self._y, self._size, self._shuffle = x, y, size, shuffle

    def __len__(self) -> int:
        return (len(self._y) + self._size - 1) // self._size

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        order = torch.randperm(len(self._y)) if self._shuffle else torch.arange(len(self._y))
        for rows in torch.split(order, self._size):
            yield self._x[rows], self._y[rows]
