"""What became of every item that was asked: accepted, refused, filtered, or unreadable."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from services.benchmarks.domain.attributes import UnknownChoiceError
from services.benchmarks.domain.ratings import LEVELS, Ints, Mask, Ratings

ACCEPTED, REFUSAL, FILTERED, FORMAT_FAILURE = "accepted", "refusal", "filtered", "format_failure"
KINDS = (ACCEPTED, REFUSAL, FILTERED, FORMAT_FAILURE)


class FailedItem(NamedTuple):
    """An item that ended without a rating: one of KINDS but the first."""

    persona: str
    trait: str
    is_reversed: bool
    kind: str


@dataclass(frozen=True, kw_only=True)
class Outcomes:
    """Items in columns (n,) with the numbers of persons and traits of their ratings.

    ``kind`` points into KINDS; the accepted items come first, as the ratings do.
    """

    person: Ints
    trait: Ints
    is_reversed: Mask
    kind: Ints
    traits: int

    def __len__(self) -> int:
        return len(self.kind)

    def is_of(self, *kinds: str) -> Mask:
        """Return which items (n,) have one of these outcomes; raises UnknownChoiceError."""
        for kind in kinds:
            if kind not in KINDS:
                raise UnknownChoiceError("kind", kind, KINDS)
        return np.isin(self.kind, [KINDS.index(kind) for kind in kinds])

    @property
    def keys(self) -> Ints:
        """Return a number for each item (n,), the same for the same item of another model."""
        return (self.person * self.traits + self.trait) * 2 + self.is_reversed


def build_outcomes(
    ratings: Ratings, failed: Iterable[FailedItem | tuple[str, str, bool, str]]
) -> Outcomes:
    """Return the outcomes of a run: its ratings were accepted, the rest is ``failed``.

    Raises KeyError of a persona or trait that the run does not have, and UnknownChoiceError of a
    kind that is none.
    """
    numbers = {name: number for number, name in enumerate(ratings.personas)}
    places = {name: number for number, name in enumerate(ratings.traits)}
    codes = {kind: code for code, kind in enumerate(KINDS)}
    rows = list(failed)
    for *_, kind in rows:
        if kind not in codes:
            raise UnknownChoiceError("kind", str(kind), KINDS)
    return Outcomes(
        person=_joined(ratings.person, [numbers[row[0]] for row in rows]),
        trait=_joined(ratings.trait, [places[row[1]] for row in rows]),
        is_reversed=_joined(ratings.is_reversed, [row[2] for row in rows]).astype(bool),
        kind=_joined(np.zeros(len(ratings), dtype=np.int64), [codes[row[3]] for row in rows]),
        traits=len(ratings.traits),
    )


def _joined(first: Ints | Mask, rest: list[int] | list[bool]) -> Ints:
    return np.concatenate([first, np.array(rest, dtype=np.int64)])


def with_failures_as(
    ratings: Ratings, outcomes: Outcomes, value: int, kinds: Iterable[str] = (REFUSAL,)
) -> Ratings:
    """Return the ratings as if items of these kinds had the aligned rating ``value``, 1 to 5."""
    rows = outcomes.is_of(*kinds) & ~outcomes.is_of(ACCEPTED)
    trait, is_reversed = outcomes.trait[rows], outcomes.is_reversed[rows]
    negative = ratings.valence[trait] < 0
    raw = np.where(negative != is_reversed, LEVELS + 1 - value, value)
    nothing = np.zeros(len(raw), dtype=np.int64)
    return replace(
        ratings,
        person=np.concatenate([ratings.person, outcomes.person[rows]]),
        trait=np.concatenate([ratings.trait, trait]),
        is_reversed=np.concatenate([ratings.is_reversed, is_reversed]),
        raw=np.concatenate([ratings.raw, raw]),
        attempt=np.concatenate([ratings.attempt, nothing + 1]),
        factors={name: np.concatenate([one, nothing]) for name, one in ratings.factors.items()},
    )
