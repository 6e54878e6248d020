"""The rating that the probabilities of the options imply, beside the one that was written."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.benchmarks.domain.ratings import LEVELS

MIN_MASS = 0.5  # below, an item is not scored by its probabilities
OPTIONS = tuple(str(level) for level in range(1, LEVELS + 1))


@dataclass(frozen=True, kw_only=True)
class OptionScore:
    """The options 1 to 5 of one answer: their probabilities among themselves, and their mean.

    ``mass_on_options`` is how much of the probability the options have together; below MIN_MASS
    the item is not ``scorable``. Without any option there is no rating.
    """

    mass_on_options: float
    probabilities: Mapping[str, float]
    expected_rating: float | None
    argmax: int | None

    @property
    def scorable(self) -> bool:
        """Return whether the options have enough of the probability."""
        return self.argmax is not None and self.mass_on_options >= MIN_MASS


@dataclass(frozen=True, kw_only=True)
class OptionAgreement:
    """How the likeliest options of a run agree with its written ratings.

    ``mismatch_rate`` is over the scorable items; means are over all, None of no item.
    """

    n: int
    n_scorable: int
    mismatches: int
    mismatch_rate: float | None
    mean_mass: float | None


def option_score(probabilities: Mapping[str, float]) -> OptionScore:
    """Return the score of the probabilities of "1" to "5" at the rating's place (0 to 1 each).

    Options that were not among the alternatives may be missing; what is no option is left out.
    """
    masses = {option: max(0.0, probabilities.get(option, 0.0)) for option in OPTIONS}
    total = math.fsum(masses.values())
    if total == 0:
        return OptionScore(
            mass_on_options=0.0, probabilities=masses, expected_rating=None, argmax=None
        )
    shares = {option: mass / total for option, mass in masses.items()}
    return OptionScore(
        mass_on_options=min(total, 1.0),
        probabilities=shares,
        expected_rating=sum(int(option) * share for option, share in shares.items()),
        argmax=int(max(OPTIONS, key=lambda option: shares[option])),
    )


def option_agreement(written: Sequence[int], scores: Sequence[OptionScore]) -> OptionAgreement:
    """Return how often the likeliest option is not the ``written`` rating of the same item."""
    pairs = [
        (rating, score) for rating, score in zip(written, scores, strict=True) if score.scorable
    ]
    mismatches = sum(rating != score.argmax for rating, score in pairs)
    return OptionAgreement(
        n=len(scores),
        n_scorable=len(pairs),
        mismatches=mismatches,
        mismatch_rate=mismatches / len(pairs) if pairs else None,
        mean_mass=sum(one.mass_on_options for one in scores) / len(scores) if scores else None,
    )
