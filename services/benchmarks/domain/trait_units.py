"""How a trait is tested group by group: twins in one group are one unit (ADR 46)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.benchmarks.domain.ratings import Grouping, Ints
from services.statistics.ordinal import compared_ranks

Floats = NDArray[np.float64]
DECIMALS = 9  # means that are equal but for rounding are one level


@dataclass(frozen=True)
class TraitTest:
    """Units of each group, the squared error of its mean, and the p against the baseline: (g,)."""

    numbers: Ints
    squares: Floats
    p_values: list[float]


@dataclass(frozen=True)
class TraitUnits:
    """Values of units added up by trait, and how many they are (u, T); the group of each (u,)."""

    sums: Floats
    sizes: Floats
    groups: Ints
    number: int

    @classmethod
    def of(cls, by_person: Floats, grouping: Grouping) -> "TraitUnits":
        """Return the units of persons (P, 2·T), whose sums come first, then the numbers."""
        units, groups = grouping.units(by_person)
        sums, sizes = np.hsplit(units, 2)
        return cls(sums, sizes, groups, len(grouping.names))

    def test_of(self, trait: int, base: int) -> TraitTest:
        """Return the test of a trait: Mann and Whitney's of the means of units.

        The error is that of a ratio of totals, as in ``cluster_error``; NaN of one unit.
        """
        some = self.sizes[:, trait] > 0
        sizes, sums, groups = self.sizes[some, trait], self.sums[some, trait], self.groups[some]
        levels, codes = np.unique(np.round(sums / sizes, DECIMALS), return_inverse=True)
        places = groups * len(levels) + codes.reshape(-1)
        counts = np.bincount(places, minlength=self.number * len(levels))
        counts = counts.reshape(self.number, len(levels))
        numbers, ranks = counts.sum(axis=1), compared_ranks(counts[base], counts)
        squares = self._squared_errors(sizes, sums, groups, numbers)
        return TraitTest(numbers, squares, [one.p_value for one in ranks])

    def _squared_errors(self, sizes: Floats, sums: Floats, groups: Ints, numbers: Ints) -> Floats:
        totals = np.bincount(groups, sizes, self.number)
        with np.errstate(divide="ignore", invalid="ignore"):
            means = np.bincount(groups, sums, self.number) / totals
            rest = np.bincount(groups, (sums - means[groups] * sizes) ** 2, self.number)
            return np.asarray(rest * (numbers / (numbers - 1)) / totals**2)
