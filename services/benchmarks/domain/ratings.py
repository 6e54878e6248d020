"""The ratings of a run as columns: who was rated on what, in which order, and the four views.

A view is what a rating means (contract section 1): ``raw`` is the number that was written,
``pre_valence`` undoes a reversed scale, ``aligned`` also turns traits of negative valence round,
so that more is always better for the person.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from services.benchmarks.domain.attributes import UNKNOWN, UnknownChoiceError, age_group

LEVELS = 5  # a rating is 1 to 5
MAX_FACTOR = 1_000  # wordings, cues or repeats of a run
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
Number = TypeVar("Number", bound=np.generic)


class Answer(NamedTuple):
    """An accepted answer: ``rating`` 1 to 5; the last three are the factors of its prompt."""

    persona: str
    trait: str
    is_reversed: bool
    rating: int
    attempt: int = 1
    wording: int = 0
    cue: int = 0
    repeat: int = 0


class TraitFacts(NamedTuple):
    """What is known of a trait: its category, its valence (-1, 0, 1 or None) and its name."""

    category: str | None = None
    valence: int | None = None
    adjective: str | None = None


@dataclass(frozen=True, kw_only=True)
class Grouping:
    """A column of names: ``codes`` (n,) point into ``names``, which are in alphabetical order.

    Of persons ``clusters`` (n,) has equal numbers for those who are near copies of each other, a
    source and its twins; None where nobody is.
    """

    names: tuple[str, ...]
    codes: Ints
    clusters: Ints | None = None

    def code(self, name: str, field: str) -> int:
        """Return the code of a name; raises UnknownChoiceError where there is none."""
        if name not in self.names:
            raise UnknownChoiceError(field, name, self.names)
        return self.names.index(name)

    @cached_property
    def unit(self) -> Ints:
        """Return which unit of tests each one is (n,), from 0 on.

        Persons of a cluster in the same group are one unit: they are not independent. In different
        groups they stay two, whose likeness makes a comparison careful, not bold.
        """
        if self.clusters is None:
            return np.arange(len(self.codes))
        numbers = self.clusters * len(self.names) + self.codes
        return np.asarray(np.unique(numbers, return_inverse=True)[1].reshape(-1))

    def units(self, columns: NDArray[Number]) -> tuple[NDArray[Number], Ints]:
        """Return what tests relabel: rows (u, c) of ``columns`` (n, c), and their codes (u,).

        What persons of a unit have is added up.
        """
        if self.clusters is None:
            return columns, self.codes
        sums = [np.bincount(self.unit, column) for column in columns.T]
        codes = np.empty(len(sums[0]), dtype=np.int64)
        codes[self.unit] = self.codes
        return np.column_stack(sums).astype(columns.dtype), codes


@dataclass(frozen=True, kw_only=True)
class ItemSums:
    """How many ratings each item has and their sum: both (P, T)."""

    counts: Ints
    sums: Ints

    @cached_property
    def means(self) -> NDArray[np.float64]:
        """Return the mean of each item (P, T), NaN of one without a rating."""
        empty = np.full(self.counts.shape, np.nan)
        return np.asarray(np.divide(self.sums, self.counts, out=empty, where=self.counts > 0))

    @cached_property
    def levels(self) -> tuple[NDArray[np.float64], Ints]:
        """Return the different means (L,), rising, and which an item has (P, T), -1 of none."""
        rated = self.counts > 0
        levels, codes = np.unique(self.means[rated], return_inverse=True)
        of_items = np.full(self.counts.shape, -1)
        of_items[rated] = codes.reshape(-1)
        return levels, of_items

    @cached_property
    def by_person(self) -> NDArray[np.float64]:
        """Return the means of each person by trait, 0 of none, then whether there is one."""
        return np.hstack([np.nan_to_num(self.means), self.counts > 0])


@dataclass(frozen=True, kw_only=True)
class Ratings:
    """Accepted answers in columns of length n; P persons and T traits have their own columns.

    ``person``, ``trait``, ``is_reversed``, ``raw`` (1 to 5), ``attempt`` and the ``factors`` of
    the prompt are (n,); ``attributes`` group the P persons, ``categories`` and ``valence``
    (-1, 0, 1; 0 where there is none) the T traits.
    """

    personas: tuple[str, ...]
    traits: tuple[str, ...]
    labels: tuple[str, ...]
    person: Ints
    trait: Ints
    is_reversed: Mask
    raw: Ints
    attempt: Ints
    factors: Mapping[str, Ints]
    attributes: Mapping[str, Grouping]
    categories: Grouping
    valence: Ints

    def __len__(self) -> int:
        return len(self.raw)

    @cached_property
    def pre_valence(self) -> Ints:
        """Return 6 - raw where the scale was reversed, else raw."""
        return np.where(self.is_reversed, LEVELS + 1 - self.raw, self.raw)

    @cached_property
    def aligned(self) -> Ints:
        """Return 6 - pre_valence where the trait's valence is negative, else pre_valence."""
        negative = self.valence[self.trait] < 0
        return np.where(negative, LEVELS + 1 - self.pre_valence, self.pre_valence)

    @cached_property
    def items(self) -> ItemSums:
        """Return the aligned ratings of each item."""
        return self.items_of(self.aligned)

    def items_of(self, values: Ints) -> ItemSums:
        """Return the sums of ``values`` (n,) by person and trait."""
        shape = len(self.personas), len(self.traits)
        places = self.person * shape[1] + self.trait
        counts = np.bincount(places, minlength=shape[0] * shape[1])
        sums = np.bincount(places, values, minlength=len(counts)).round().astype(np.int64)
        return ItemSums(counts=counts.reshape(shape), sums=sums.reshape(shape))

    @cached_property
    def levels(self) -> Ints:
        """Return how often each person has each aligned rating (P, 5)."""
        return np.asarray(self.levels_by_category.sum(axis=0))

    @cached_property
    def levels_by_category(self) -> Ints:
        """Return the same for the traits of each category (C, P, 5)."""
        shape = len(self.categories.names), len(self.personas)
        places = self.categories.codes[self.trait] * shape[1] + self.person
        counts = level_counts(places, self.aligned, shape[0] * shape[1])
        return counts.reshape(*shape, LEVELS)

    @property
    def keys(self) -> Ints:
        """Return a number of each item (n,), the same for the same item of another model."""
        return item_keys(self.person, self.trait, self.is_reversed, len(self.traits), self.factors)

    @cached_property
    def unit(self) -> Ints:
        """Return the unit of each person (P,) where no groups are compared: twins are one."""
        groupings = self.attributes.values()
        clusters = next((one.clusters for one in groupings if one.clusters is not None), None)
        return np.arange(len(self.personas)) if clusters is None else clusters

    def grouping(self, attribute: str) -> Grouping:
        """Return the groups of persons by an attribute; raises UnknownChoiceError."""
        if attribute not in self.attributes:
            raise UnknownChoiceError("attribute", attribute, self.attributes)
        return self.attributes[attribute]

    def where(self, rows: Mask) -> "Ratings":
        """Return the ratings of these rows; persons and traits keep their numbers."""
        return replace(
            self,
            person=self.person[rows],
            trait=self.trait[rows],
            is_reversed=self.is_reversed[rows],
            raw=self.raw[rows],
            attempt=self.attempt[rows],
            factors={name: column[rows] for name, column in self.factors.items()},
        )


def number_of(persons: Ints) -> int:
    """Return how many different persons these are (n,)."""
    return int(np.count_nonzero(np.bincount(persons)))


def level_counts(codes: Ints, values: Ints, groups: int) -> Ints:
    """Return how often each group (rows) has each rating 1 to 5 (columns)."""
    places = codes * LEVELS + values - 1
    return np.bincount(places, minlength=groups * LEVELS).reshape(groups, LEVELS)


def item_keys(
    person: Ints, trait: Ints, is_reversed: Mask, traits: int, factors: Mapping[str, Ints]
) -> Ints:
    """Return numbers of items (n,) of ``traits`` traits, from what an item is known by."""
    keys = (person * traits + trait) * 2 + is_reversed
    for column in factors.values():
        keys = keys * MAX_FACTOR + column % MAX_FACTOR
    return keys


def build_ratings(
    answers: Iterable[Answer | tuple[object, ...]],
    personas: Mapping[str, Mapping[str, object]],
    traits: Mapping[str, TraitFacts],
    attributes: Sequence[str] | None = None,
) -> Ratings:
    """Return the columns of ``answers``; raises KeyError of a persona or trait that is not given.

    ``personas`` hold the values of each person's attributes: a missing one is UNKNOWN, ``age`` in
    years becomes ``age_group``. ``attributes`` chooses which are kept, all by default. A tuple in
    place of an ``Answer`` has its fields from the left, four or more, all tuples as many.
    """
    numbers = {name: number for number, name in enumerate(personas)}
    places = {name: number for number, name in enumerate(traits)}
    columns = list(zip(*answers, strict=True)) or [()] * len(Answer._fields)
    n = len(columns[0])
    values = [np.fromiter(column, dtype=np.int64, count=n) for column in columns[3:]]
    left_out = Answer._fields[len(columns) :]
    values += [np.full(n, Answer._field_defaults[name], dtype=np.int64) for name in left_out]
    facts = list(traits.values())
    return Ratings(
        personas=tuple(personas),
        traits=tuple(traits),
        labels=tuple(one.adjective or name for name, one in traits.items()),
        person=np.fromiter(map(numbers.__getitem__, columns[0]), dtype=np.int64, count=n),
        trait=np.fromiter(map(places.__getitem__, columns[1]), dtype=np.int64, count=n),
        is_reversed=np.fromiter(columns[2], dtype=bool, count=n),
        raw=values[0],
        attempt=values[1],
        factors=dict(zip(("wording", "cue", "repeat"), values[2:], strict=True)),
        attributes=_groupings(list(personas.values()), attributes),
        categories=grouped([one.category for one in facts]),
        valence=np.array([one.valence or 0 for one in facts], dtype=np.int64),
    )


def _groupings(
    personas: Sequence[Mapping[str, object]], attributes: Sequence[str] | None
) -> dict[str, Grouping]:
    if attributes is None:
        names = dict.fromkeys(name for person in personas for name in person)
        attributes = ["age_group" if name == "age" else name for name in names]
    return {name: grouped([_value(person, name) for person in personas]) for name in attributes}


def _value(person: Mapping[str, object], attribute: str) -> object:
    if attribute == "age_group" and attribute not in person:
        age = person.get("age")
        return age_group(None if age is None else int(str(age)))
    return person.get(attribute)


def grouped(values: Sequence[object]) -> Grouping:
    """Return the groups of equal values; None and an empty text are UNKNOWN."""
    names = [UNKNOWN if value is None or value == "" else str(value) for value in values]
    distinct = sorted(set(names))
    places = {name: place for place, name in enumerate(distinct)}
    codes = np.fromiter(map(places.__getitem__, names), dtype=np.int64, count=len(names))
    return Grouping(names=tuple(distinct), codes=codes)
