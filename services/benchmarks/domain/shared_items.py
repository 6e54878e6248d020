"""Items that two runs have in common: one person, trait, order, wording, cue and repeat.

Runs may have been asked about different traits, or list their wordings in another order; the
numbers of both are made the same first, so that the same item has the same number.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from services.benchmarks.domain.outcomes import Outcomes
from services.benchmarks.domain.ratings import Grouping, Ints, Ratings
from services.statistics.bootstrap import percentiles, resampled_kinds
from services.statistics.clusters import cluster_interval, difference_interval
from services.statistics.interval import NOISE
from services.statistics.permutation import alike

FEW = 10  # persons: resampled, fewer have an interval that is too narrow
Ends = tuple[float, float]


@dataclass(frozen=True)
class SharedItems:
    """Items that both models answered: person, unit and both aligned ratings, all (n,)."""

    person: Ints
    unit: Ints
    first: Ints
    second: Ints

    @property
    def change(self) -> Ints:
        """Return first minus second (n,)."""
        return self.first - self.second

    def where(self, rows: NDArray[np.bool_]) -> "SharedItems":
        """Return the items of these rows."""
        return SharedItems(self.person[rows], self.unit[rows], self.first[rows], self.second[rows])

    @property
    def by_unit(self) -> Ints:
        """Return items, change, first and second of each unit that has any (u, 4)."""
        totals = self._totals(self.unit, int(self.unit.max(initial=-1)) + 1)
        return totals[totals[:, 0] > 0]

    def totals(self, persons: int) -> Ints:
        """Return items, change, first and second of every person (persons, 4)."""
        return self._totals(self.person, persons)

    def _totals(self, of: Ints, number: int) -> Ints:
        sums = [
            np.bincount(of, values, number).round().astype(np.int64)
            for values in (self.change, self.first, self.second)
        ]
        return np.column_stack([np.bincount(of, minlength=number), *sums])


def shared_items(one: Ratings, other: Ratings) -> SharedItems:
    """Return the items of both; the runs must have the same persons and traits in one order."""
    _, of_one, of_other = np.intersect1d(one.keys, other.keys, return_indices=True)
    person = one.person[of_one]
    return SharedItems(person, one.unit[person], one.aligned[of_one], other.aligned[of_other])


def mean_interval(units: Ints, draw: np.random.Generator, draws: int) -> Ends | None:
    """Return the interval of Σ sums / Σ sizes over persons (persons, 2); None of one person.

    Persons are resampled (decision 15); of fewer than FEW the interval is t's, because what
    resampling gives of them is too narrow (ADR 41). None where all persons are alike, too.
    """
    if len(units) < FEW:
        return cluster_interval(units[:, 0], units[:, 1])
    return _ends(_resampled_means(units, draw, draws))


def change_interval(sides: Sequence[Ints], draw: np.random.Generator, draws: int) -> Ends | None:
    """Return the interval of the mean of the first group minus that of the second, likewise.

    ``sides`` are the persons of both groups, each (persons, 2).
    """
    if min(map(len, sides)) < FEW:
        first, second = (side[:, 1] / side[:, 0] for side in sides)
        known = difference_interval(first, second)
        return (known.low, known.high) if known else None
    drawn = [_resampled_means(side, draw, draws) for side in sides]
    return _ends(drawn[0] - drawn[1])


def _resampled_means(units: Ints, draw: np.random.Generator, draws: int) -> NDArray[np.float64]:
    kinds, codes = alike(units)
    sums = resampled_kinds(kinds, np.bincount(codes), draw, draws)
    return np.asarray(sums[:, 1] / sums[:, 0])


def _ends(values: NDArray[np.float64]) -> Ends | None:
    known = percentiles(values)
    return (known.low, known.high) if known and known.high - known.low > NOISE else None


@dataclass(frozen=True, kw_only=True)
class Recoding:
    """How the numbers of a run become those of a comparison.

    ``traits`` are the codes that are compared, in their order; ``factors`` give for a factor the
    new number of each of the run's own, such as {"wording": (1, 0)}.
    """

    traits: Sequence[str]
    factors: Mapping[str, Sequence[int]]

    def ratings(self, run: Ratings) -> Ratings:
        """Return the ratings of the compared traits in the numbers of the comparison.

        Raises ValueError of a trait that the run does not have.
        """
        kept = [run.traits.index(code) for code in self.traits]
        places = _places(kept, len(run.traits))
        some = run.where(places[run.trait] >= 0)
        return replace(
            some,
            traits=tuple(self.traits),
            labels=tuple(run.labels[place] for place in kept),
            trait=places[some.trait],
            factors=self._recoded(some.factors),
            categories=Grouping(names=run.categories.names, codes=run.categories.codes[kept]),
            valence=run.valence[kept],
        )

    def outcomes(self, run: Outcomes, of_run: Sequence[str]) -> Outcomes:
        """Return the outcomes likewise; ``of_run`` are the codes of the run's own traits."""
        places = _places([of_run.index(code) for code in self.traits], len(of_run))
        rows = places[run.trait] >= 0
        return Outcomes(
            units=run.units,
            person=run.person[rows],
            trait=places[run.trait[rows]],
            is_reversed=run.is_reversed[rows],
            kind=run.kind[rows],
            traits=len(self.traits),
            factors=self._recoded({name: one[rows] for name, one in run.factors.items()}),
        )

    def _recoded(self, factors: Mapping[str, Ints]) -> dict[str, Ints]:
        return {
            name: np.array(self.factors[name], dtype=np.int64)[column]
            if name in self.factors
            else column
            for name, column in factors.items()
        }


def _places(kept: Sequence[int], traits: int) -> Ints:
    """Return for each of a run's traits its place among the kept ones, -1 for none (traits,)."""
    places = np.full(traits, -1, dtype=np.int64)
    places[list(kept)] = np.arange(len(kept))
    return places
