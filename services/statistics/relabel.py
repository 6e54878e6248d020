"""Groups of units drawn again: their sums when labels are shuffled, or units are resampled.

Values of a unit are whole numbers in c columns; three columns travel in one 64-bit number while
every sum stays below 2**21, so that a draw reads each unit once or twice. Where every group has
very many units, sums are drawn from the normal distribution that they tend to (``many_units``).
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.statistics.many_units import UnitMoments, moments_of
from services.statistics.ordinal import Sums

Ints = NDArray[np.int64]
BITS = 21
PER_NUMBER = 3


class Calibration(NamedTuple):
    """Sums (draws, g, c) of groups with shuffled labels, of groups resampled, and of both."""

    relabeled: Sums
    resampled: Sums
    relabeled_and_resampled: Sums


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

    def calibration(self, generator: np.random.Generator, draws: int) -> Calibration:
        """Return the sums of one shuffle, one resample, and both of it, for each draw."""
        if self.are_many:
            return self._calibration_of_sums(generator, draws)
        parts: list[list[Ints]] = [[], [], []]
        for order in self._shuffles(generator, draws):
            places = self._places(generator, len(order))
            both = np.take_along_axis(order, places, axis=1)
            for part, drawn in zip(parts, (order, self.grouped[places], both), strict=True):
                part.append(self._sums_of(drawn))
        return Calibration(*(np.concatenate(part) for part in parts))

    @cached_property
    def moments(self) -> UnitMoments:
        """Return the moments of all units."""
        return moments_of(self.values)

    @cached_property
    def _moments_of_groups(self) -> list[UnitMoments]:
        parts = np.split(self.values[self.grouped], self.starts[1:])
        return [moments_of(part) for part in parts]

    @cached_property
    def are_many(self) -> bool:
        """Whether the sums of all groups are as good as normal, relabeled and resampled."""
        n, sizes = len(self.codes), self.sizes.tolist()
        return all(self.moments.are_many(k * (1 - k / n)) for k in sizes) and all(
            one.are_many(k) for one, k in zip(self._moments_of_groups, sizes, strict=True)
        )

    def _calibration_of_sums(self, generator: np.random.Generator, draws: int) -> Calibration:
        sizes, all_units = self.sizes, self.moments
        relabeled = all_units.relabeled(sizes, generator, draws)
        resampled = [one.resampled(one.n, generator, draws) for one in self._moments_of_groups]
        again = [all_units.resampled(k, generator, draws) for k in sizes.tolist()]
        both = relabeled + np.stack(again, axis=1) - sizes[:, None] * all_units.mean
        return Calibration(relabeled, np.stack(resampled, axis=1), both)

    def _shuffles(self, generator: np.random.Generator, draws: int) -> Iterator[Ints]:
        """Yield random orders (some, n): each of √draws after each of √draws others.

        Every one is as random as any, and any two are independent (see
        ``permutation._hits_of_products``), for the price of 2·√draws shuffles.
        """
        n, rows = len(self.codes), math.isqrt(max(draws - 1, 0)) + 1
        both = generator.permuted(np.tile(np.arange(n), (2 * rows, 1)), axis=1)
        for first in both[:rows]:
            if draws > 0:
                yield first[both[rows : rows + min(rows, draws)]]
            draws -= rows

    def _places(self, generator: np.random.Generator, block: int) -> Ints:
        """Return random places (block, n), each inside the group that has its column."""
        sizes, starts = (np.repeat(one, self.sizes) for one in (self.sizes, self.starts))
        drawn = (generator.random((block, len(sizes))) * sizes).astype(np.int64)
        return np.minimum(drawn, sizes - 1) + starts

    def _sums_of(self, orders: Ints) -> Ints:
        """Return the sums (draws, g, c) of units in the order of their new groups (draws, n)."""
        return self._sums_of_gathered([one[orders] for one in self._packed])

    def _sums_of_gathered(self, packed: Sequence[Ints]) -> Ints:
        parts = [np.add.reduceat(one, self.starts, axis=1) for one in packed]
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


def relabeled_by(
    values: Ints, groupings: Sequence[Ints], generator: np.random.Generator, draws: int
) -> list[Sums]:
    """Return for each grouping of the same units the sums (draws, g, c) with shuffled labels.

    All groupings (n,) read the same shuffles: each is what it would be alone, for the price of one.
    Those whose groups all have very many units need none.
    """
    units = [LabeledUnits(values, codes) for codes in groupings]
    shuffled = iter(_shuffled([one for one in units if not one.are_many], generator, draws))
    return [
        one.moments.relabeled(one.sizes, generator, draws) if one.are_many else next(shuffled)
        for one in units
    ]


def _shuffled(
    units: Sequence[LabeledUnits], generator: np.random.Generator, draws: int
) -> list[Ints]:
    parts: list[list[Ints]] = [[] for _ in units]
    for order in units[0]._shuffles(generator, draws) if units else ():
        gathered = [one[order] for one in units[0]._packed]
        for part, some in zip(parts, units, strict=True):
            part.append(some._sums_of_gathered(gathered))
    return [np.concatenate(part) for part in parts]


def _unpacked(parts: list[Ints], columns: int, bits: int) -> Ints:
    if bits != BITS:
        return np.stack(parts, axis=-1)
    mask = 2**BITS - 1
    return np.stack(
        [(parts[n // PER_NUMBER] >> (BITS * (n % PER_NUMBER))) & mask for n in range(columns)],
        axis=-1,
    )
