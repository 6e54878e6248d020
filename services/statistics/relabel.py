"""Groups of units drawn again: their sums when labels are shuffled, or units are resampled.

Values of a unit are whole numbers in c columns; three columns travel in one 64-bit number while
every sum stays below 2**21, so that a draw reads each unit once or twice.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from services.statistics.permutation import blocks

Ints = NDArray[np.int64]
BITS = 21
PER_NUMBER = 3


@dataclass(frozen=True)
class LabeledUnits:
    """Units ``values`` (n, c), not negative, and the group of each, ``codes`` (n,) from 0.

    Every group has a unit.
    """

    values: Ints
    codes: Ints

    @cached_property
    def sizes(self) -> Ints:
        """Return how many units each group (g,) has."""
        return np.bincount(self.codes)

    @cached_property
    def starts(self) -> Ints:
        """Return where each group (g,) begins in ``grouped``."""
        return np.cumsum(self.sizes) - self.sizes

    @cached_property
    def grouped(self) -> Ints:
        """Return the positions of the units (n,), one group after the other."""
        return np.argsort(self.codes, kind="stable")

    @cached_property
    def sums(self) -> Ints:
        """Return the sums (g, c) of the groups as they are."""
        return np.asarray(self._sums_of(self.grouped[None])[0])

    def relabeled(self, generator: np.random.Generator, draws: int) -> Ints:
        """Return the sums (draws, g, c) with shuffled labels; group sizes stay."""
        return self._drawn(self._shuffles(generator, draws))

    def resampled(self, generator: np.random.Generator, draws: int) -> Ints:
        """Return the sums (draws, g, c) of units drawn with replacement in each group."""
        orders = (
            self.grouped[self._places(generator, block)] for block in blocks(draws, len(self.codes))
        )
        return self._drawn(orders)

    def relabeled_and_resampled(self, generator: np.random.Generator, draws: int) -> Ints:
        """Return the sums (draws, g, c) of units drawn in each group after a shuffle of labels."""
        orders = (
            np.take_along_axis(order, self._places(generator, len(order)), axis=1)
            for order in self._shuffles(generator, draws)
        )
        return self._drawn(orders)

    def _shuffles(self, generator: np.random.Generator, draws: int) -> Iterator[Ints]:
        n = len(self.codes)
        for block in blocks(draws, n):
            yield generator.permuted(np.tile(np.arange(n), (block, 1)), axis=1)

    def _places(self, generator: np.random.Generator, block: int) -> Ints:
        """Return random places (block, n), each inside the group that has its column."""
        sizes, starts = (np.repeat(one, self.sizes) for one in (self.sizes, self.starts))
        drawn = (generator.random((block, len(sizes))) * sizes).astype(np.int64)
        return np.minimum(drawn, sizes - 1) + starts

    def _drawn(self, orders: Iterator[Ints]) -> Ints:
        return np.concatenate([self._sums_of(order) for order in orders])

    def _sums_of(self, orders: Ints) -> Ints:
        """Return the sums (draws, g, c) of units in the order of their new groups (draws, n)."""
        parts = [np.add.reduceat(one[orders], self.starts, axis=1) for one in self._packed]
        return _unpacked(parts, self.values.shape[1], self._bits)

    @cached_property
    def _bits(self) -> int:
        # with replacement a group may draw its largest unit every time
        most = int(self.values.max(initial=0)) * len(self.codes)
        return BITS if most < 2**BITS else 63

    @cached_property
    def _packed(self) -> list[Ints]:
        width = PER_NUMBER if self._bits == BITS else 1
        columns = self.values.T
        return [
            sum(
                (column << (self._bits * place))
                for place, column in enumerate(columns[at : at + width])
            )
            for at in range(0, len(columns), width)
        ]


def _unpacked(parts: list[Ints], columns: int, bits: int) -> Ints:
    if bits != BITS:
        return np.stack(parts, axis=-1)
    mask = 2**BITS - 1
    return np.stack(
        [(parts[n // PER_NUMBER] >> (BITS * (n % PER_NUMBER))) & mask for n in range(columns)],
        axis=-1,
    )
