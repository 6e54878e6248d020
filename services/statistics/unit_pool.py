"""Units that are drawn in any order: shuffles of them, and the sums of what was drawn.

Values of a unit are whole numbers in c columns; three columns travel in one 64-bit number while
every sum stays below 2**21, so that a draw reads each unit once or twice.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from services.statistics.many_units import UnitMoments, moments_of

Ints = NDArray[np.int64]
BITS = 21
PER_NUMBER = 3


@dataclass(frozen=True)
class UnitPool:
    """Units ``values`` (n, c), not negative."""

    values: Ints

    @cached_property
    def moments(self) -> UnitMoments:
        """Return the moments of all units."""
        return moments_of(self.values)

    def shuffles(self, generator: np.random.Generator, draws: int, width: int) -> Iterator[Ints]:
        """Yield the first units (some, width) of ``draws`` random orders, none of no width.

        Each of √draws orders follows each of √draws others. Every one is as random as any, and any
        two are independent (see ``permutation._hits_of_products``), for the price of 2·√draws.
        """
        n, rows = len(self.values), math.isqrt(max(draws - 1, 0)) + 1
        if width:
            orders = generator.permuted(np.tile(np.arange(n), (rows, 1)), axis=1)
            others = np.stack([_beginning(n, width, generator) for _ in range(rows)])
            for done, first in enumerate(orders):
                yield first[others[: max(0, min(rows, draws - done * rows))]]

    def gathered(self, orders: Ints) -> list[Ints]:
        """Return the values of units (draws, k), packed."""
        return [one[orders] for one in self._packed]

    def unpacked(self, packed: Sequence[Ints]) -> Ints:
        """Return sums (draws, g, c) that were packed as units are, each (draws, g)."""
        columns = self.values.shape[1]
        if self._bits != BITS:
            return np.stack(packed, axis=-1)
        sums = np.empty((*packed[0].shape, columns), dtype=np.int64)
        for n in range(columns):
            sums[..., n] = (packed[n // PER_NUMBER] >> (BITS * (n % PER_NUMBER))) & (2**BITS - 1)
        return sums

    @cached_property
    def _bits(self) -> int:
        # with replacement a group may draw its largest unit every time
        most = int(self.values.max(initial=0)) * len(self.values)
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


@dataclass(frozen=True)
class Slots:
    """Places of drawn units: those of one group after the other, groups of ``sizes`` (g,)."""

    sizes: Ints

    @cached_property
    def width(self) -> int:
        """Return how many places there are."""
        return int(self.sizes.sum())

    @cached_property
    def starts(self) -> Ints:
        """Return where each group (g,) begins."""
        return np.asarray(np.cumsum(self.sizes) - self.sizes)

    def sums_of(self, gathered: Sequence[Ints]) -> list[Ints]:
        """Return the sums (draws, g) of packed units (draws, ``width`` or more)."""
        return [np.add.reduceat(one[:, : self.width], self.starts, axis=1) for one in gathered]

    def joined(self, pool: UnitPool, parts: Sequence[Sequence[Ints]], draws: int) -> Ints:
        """Return the sums (draws, g, c) of blocks of draws, all ``draws`` of them if no group."""
        if not self.width or not parts:
            return np.zeros((draws, len(self.sizes), pool.values.shape[1]), dtype=np.int64)
        return pool.unpacked([np.concatenate(blocks) for blocks in zip(*parts, strict=True)])

    def places(self, generator: np.random.Generator, draws: int) -> Ints:
        """Return random places (draws, width), each inside the group that has its column."""
        sizes, starts = (np.repeat(one, self.sizes) for one in (self.sizes, self.starts))
        drawn = (generator.random((draws, len(sizes))) * sizes).astype(np.int64)
        return np.minimum(drawn, sizes - 1) + starts


def _beginning(n: int, width: int, generator: np.random.Generator) -> Ints:
    """Return the first ``width`` of n numbers in a random order."""
    if 2 * width > n:
        return generator.permutation(n)[:width]
    return generator.choice(n, width, replace=False)
