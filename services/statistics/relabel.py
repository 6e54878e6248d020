"""Groups of units drawn again: their sums when labels are shuffled, or units are resampled.

Units of small groups are drawn one by one. Sums of groups of very many units are drawn from the
normal distribution that they tend to (``many_units``): when labels are shuffled, of what the
small groups leave.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.statistics.many_units import UnitMoments, moments_of
from services.statistics.ordinal import Sums
from services.statistics.unit_pool import Slots, UnitPool

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


class Calibration(NamedTuple):
    """Sums (draws, g, c) of groups with shuffled labels, of groups resampled, and of both."""

    relabeled: Sums
    resampled: Sums
    relabeled_and_resampled: Sums


@dataclass(frozen=True)
class LabeledUnits:
    """Units ``values`` (n, c), not negative, and the group of each, ``codes`` (n,) from 0.

    Every group has a unit. ``shared`` are the same units, where several groupings are drawn.
    """

    values: Ints
    codes: Ints
    shared: UnitPool | None = field(default=None, compare=False, repr=False)

    @cached_property
    def pool(self) -> UnitPool:
        """Return the units without their labels."""
        return self.shared or UnitPool(self.values)

    @cached_property
    def sizes(self) -> Ints:
        """Return how many units each group (g,) has."""
        return np.bincount(self.codes)

    @cached_property
    def grouped(self) -> Ints:
        """Return the positions of the units (n,), one group after the other."""
        return np.argsort(self.codes, kind="stable")

    @cached_property
    def sums(self) -> Ints:
        """Return the sums (g, c) of the groups as they are."""
        starts = np.cumsum(self.sizes) - self.sizes
        return np.asarray(np.add.reduceat(self.values[self.grouped], starts))

    @cached_property
    def few_relabeled(self) -> Mask:
        """Return of which groups (g,) units are drawn when labels are shuffled."""
        return self._few_of(np.zeros(len(self.sizes), dtype=bool))

    @cached_property
    def few(self) -> Mask:
        """Return of which groups (g,) units are drawn when they are resampled as well."""
        own = [one.are_many(one.n) for one in self._moments_of_groups]
        return self._few_of(~np.array(own))

    def _few_of(self, few: Mask) -> Mask:
        """Return ``few`` and the groups that are no large part of what all of these leave."""
        while True:
            left = self.sizes[~few]
            effective = left * (1 - left / max(int(left.sum()), 1))
            known = few.copy()
            known[~few] = [not self.pool.moments.are_many(k) for k in effective.tolist()]
            if known.tolist() == few.tolist() or (len(left) == 1 and few.any()):
                return few
            few = known

    @property
    def are_many(self) -> bool:
        """Whether the sums of all groups are as good as normal, relabeled and resampled."""
        return not self.few.any()

    @cached_property
    def _moments_of_groups(self) -> list[UnitMoments]:
        return [moments_of(part) for part in np.split(self.values[self.grouped], self._ends)]

    @cached_property
    def _ends(self) -> Ints:
        return np.cumsum(self.sizes)[:-1]

    def with_many(self, drawn: Sums, few: Mask, generator: np.random.Generator) -> Sums:
        """Return the sums (draws, g, c) of shuffled labels; ``drawn`` are those of ``few`` groups.

        The others share what these leave; a single other group has all of it.
        """
        if few.all():
            return drawn
        rest: Sums = self.values.sum(axis=0) - drawn.sum(axis=1)
        sizes = self.sizes[~few]
        if len(sizes) == 1:
            return _joined(drawn, rest[:, None], few)
        return _joined(drawn, self.pool.moments.shared(rest, sizes, generator), few)

    def calibration(self, generator: np.random.Generator, draws: int) -> Calibration:
        """Return the sums of one shuffle, one resample, and both of it, for each draw."""
        few, all_units = self.few, self.pool.moments
        drawn = self._drawn_calibration(few, generator, draws)
        relabeled = self.with_many(drawn.relabeled, few, generator)
        many = np.flatnonzero(~few).tolist()
        if not many:
            return drawn
        own = [self._moments_of_groups[one] for one in many]
        resampled = [one.resampled(one.n, generator, draws) for one in own]
        again = [
            all_units.resampled(one.n, generator, draws) - one.n * all_units.mean for one in own
        ]
        both = relabeled[:, ~few] + np.stack(again, axis=1)
        return Calibration(
            relabeled,
            _joined(drawn.resampled, np.stack(resampled, axis=1), few),
            _joined(drawn.relabeled_and_resampled, both, few),
        )

    def _drawn_calibration(
        self, few: Mask, generator: np.random.Generator, draws: int
    ) -> Calibration:
        slots = Slots(self.sizes[few])
        members = self.grouped[few[self.codes[self.grouped]]]
        parts: list[list[list[Ints]]] = [[] for _ in Calibration._fields]
        for order in self.pool.shuffles(generator, draws, slots.width):
            places = slots.places(generator, len(order))
            both = np.take_along_axis(order, places, axis=1)
            for part, drawn in zip(parts, (order, members[places], both), strict=True):
                part.append(slots.sums_of(self.pool.gathered(drawn)))
        return Calibration(*(slots.joined(self.pool, part, draws) for part in parts))


def relabeled_by(
    values: Ints, groupings: Sequence[Ints], generator: np.random.Generator, draws: int
) -> list[Sums]:
    """Return for each grouping of the same units the sums (draws, g, c) with shuffled labels.

    All groupings (n,) read the same shuffles: each is what it would be alone, for the price of one.
    """
    pool = UnitPool(values)
    units = [LabeledUnits(values, codes, pool) for codes in groupings]
    slots = [Slots(one.sizes[one.few_relabeled]) for one in units]
    parts: list[list[list[Ints]]] = [[] for _ in slots]
    for order in pool.shuffles(generator, draws, max((one.width for one in slots), default=0)):
        gathered = pool.gathered(order)
        for part, some in zip(parts, slots, strict=True):
            part.append(some.sums_of(gathered) if some.width else [])
    drawn = [some.joined(pool, part, draws) for some, part in zip(slots, parts, strict=True)]
    return [
        one.with_many(sums, one.few_relabeled, generator)
        for one, sums in zip(units, drawn, strict=True)
    ]


def _joined(drawn: Sums, others: Sums, few: Mask) -> Sums:
    """Return the sums (draws, g, c) of the groups that are ``few`` and of all others in order."""
    order = np.argsort(np.concatenate([np.flatnonzero(few), np.flatnonzero(~few)]))
    return np.concatenate([drawn, others], axis=1)[:, order]
