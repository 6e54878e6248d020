"""What became of every item that was asked: accepted, refused, filtered, or unreadable."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.benchmarks.domain.attributes import UnknownChoiceError
from services.benchmarks.domain.ratings import LEVELS, Ints, Mask, Number, Ratings, item_keys

ACCEPTED, REFUSAL, FILTERED, FORMAT_FAILURE = "accepted", "refusal", "filtered", "format_failure"
KINDS = (ACCEPTED, REFUSAL, FILTERED, FORMAT_FAILURE)


class FailedItem(NamedTuple):
    """An item that ended without a rating: one of KINDS but the first; then its factors."""

    persona: str
    trait: str
    is_reversed: bool
    kind: str
    wording: int = 0
    cue: int = 0
    repeat: int = 0


@dataclass(frozen=True, kw_only=True)
class Outcomes:
    """Items in columns (n,) with the numbers of persons and traits of their ratings.

    ``units`` (P,) are those of persons. ``kind``, of one byte, points into KINDS; the accepted
    items come first, as the ratings do.
    """

    units: Ints
    person: Ints
    trait: Ints
    is_reversed: Mask
    kind: NDArray[np.int8]
    traits: int
    factors: Mapping[str, Ints] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.kind)

    def is_of(self, *kinds: str) -> Mask:
        """Return which items (n,) have one of these outcomes; raises UnknownChoiceError."""
        for kind in kinds:
            if kind not in KINDS:
                raise UnknownChoiceError("kind", kind, KINDS)
        of_kinds = [self.kind == KINDS.index(kind) for kind in kinds]
        return np.asarray(np.logical_or.reduce(of_kinds))

    @property
    def keys(self) -> Ints:
        """Return a number of each item (n,), the same for the same item of another model."""
        return item_keys(self.person, self.trait, self.is_reversed, self.traits, self.factors)


def build_outcomes(
    ratings: Ratings, failed: Iterable[FailedItem | tuple[str, str, bool, str]]
) -> Outcomes:
    """Return the outcomes of a run: its ratings were accepted, the rest is ``failed``.

    A tuple in place of a ``FailedItem`` is of the first wording, cue and repeat. Raises KeyError
    of a persona or trait that the run does not have, and UnknownChoiceError of a kind that is none.
    """
    numbers = {name: number for number, name in enumerate(ratings.personas)}
    places = {name: number for number, name in enumerate(ratings.traits)}
    codes = {kind: code for code, kind in enumerate(KINDS)}
    rows = [FailedItem(*row) for row in failed]
    for row in rows:
        if row.kind not in codes:
            raise UnknownChoiceError("kind", str(row.kind), KINDS)
    return Outcomes(
        units=ratings.unit,
        person=_joined(ratings.person, [numbers[row.persona] for row in rows]),
        trait=_joined(ratings.trait, [places[row.trait] for row in rows]),
        is_reversed=_joined(ratings.is_reversed, [row.is_reversed for row in rows]),
        kind=_joined(np.zeros(len(ratings), dtype=np.int8), [codes[row.kind] for row in rows]),
        traits=len(ratings.traits),
        factors={
            name: _joined(column, [getattr(row, name) for row in rows])
            for name, column in ratings.factors.items()
        },
    )


def _joined(first: NDArray[Number], rest: Sequence[int]) -> NDArray[Number]:
    return np.concatenate([first, np.array(rest, dtype=first.dtype)])


def failures_as(
    ratings: Ratings, outcomes: Outcomes, value: int, kinds: Iterable[str] = (REFUSAL,)
) -> Ratings:
    """Return the items of these kinds as if each had the aligned rating ``value``, 1 to 5."""
    rows = outcomes.is_of(*kinds) & ~outcomes.is_of(ACCEPTED)
    trait, is_reversed = outcomes.trait[rows], outcomes.is_reversed[rows]
    negative = ratings.valence[trait] < 0
    nothing = np.zeros(len(trait), dtype=np.int64)
    return replace(
        ratings,
        person=outcomes.person[rows],
        trait=trait,
        is_reversed=is_reversed,
        raw=np.where(negative != is_reversed, LEVELS + 1 - value, value),
        attempt=nothing + 1,
        factors=dict.fromkeys(ratings.factors, nothing),
    )
