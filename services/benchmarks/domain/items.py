"""What a run asks: personas × traits, in which scale order, and which of them in both orders.

Everything follows from one MD5 digest per (run, persona, trait): its first byte decides the
order (contract section 3.2), the other fifteen rank the pairs for the second question. So the
choice needs no list of pairs, and depends neither on the order of personas nor on the process.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from hashlib import md5
from typing import Literal

ScaleMode = Literal["in", "rev", "random50"]
BUCKET_BYTES = 2  # 65,536 buckets: what lies in one of them fits into memory
NO_PAIR = b""  # sorts before every rank


@dataclass(frozen=True, kw_only=True)
class ItemCounts:
    """How many pairs of persona and trait there are, how many are asked twice, and all items."""

    pairs: int
    dual: int

    @property
    def total(self) -> int:
        """Return the number of questions: pairs + dual."""
        return self.pairs + self.dual


@dataclass(frozen=True, kw_only=True)
class RatingItem:
    """One question: this trait of this persona, with the scale's texts reversed or not."""

    persona: str
    trait: str
    is_reversed: bool
    is_dual: bool = False  # the second question of a pair, in the opposite order

    @property
    def scale_order(self) -> str:
        """Return the order as it stands on the wire: ``in`` or ``rev``."""
        return "rev" if self.is_reversed else "in"


def count_items(personas: int, traits: int, dual_fraction: float = 0.0) -> ItemCounts:
    """Return P·T pairs and floor(f·P·T) dual questions.

    The fraction is read as the decimal number it was written as: 0.29 of 100 is 29, where the
    product of floats is 28.999….
    """
    pairs = personas * traits
    return ItemCounts(pairs=pairs, dual=int(Fraction(str(dual_fraction)) * pairs))


def pair_digest(run: str | int, persona: str, trait: str) -> bytes:
    """Return the MD5 digest of the UTF-8 text ``run:persona:trait``.

    ``run`` is the public id as it is shown, ``persona`` a uuid, put in lower case.
    """
    text = f"{run}:{persona.lower()}:{trait}"
    return md5(text.encode(), usedforsecurity=False).digest()


def is_reversed_at_random(digest: bytes) -> bool:
    """Return the rule of random50: reversed when the first byte is even."""
    return digest[0] % 2 == 0


def dual_threshold(
    run: str | int, personas: Sequence[str], traits: Sequence[str], dual_fraction: float
) -> bytes:
    """Return the largest rank of the floor(f·P·T) pairs that are asked in both orders.

    ``NO_PAIR`` where there is none. Two passes over the digests: the first counts them by their
    first bytes, the second orders those of the one bucket in which the choice ends.
    """
    count = count_items(len(personas), len(traits), dual_fraction).dual
    if count <= 0:
        return NO_PAIR
    buckets = Counter(rank[:BUCKET_BYTES] for rank in _ranks(run, personas, traits))
    for bucket in sorted(buckets):
        if count <= buckets[bucket]:
            break
        count -= buckets[bucket]
    inside = (rank for rank in _ranks(run, personas, traits) if rank.startswith(bucket))
    return sorted(inside)[count - 1]


def items_of_persona(
    run: str | int,
    persona: str,
    traits: Iterable[str],
    scale_mode: ScaleMode | None = None,
    threshold: bytes = NO_PAIR,
) -> Iterator[RatingItem]:
    """Yield the items of a persona; a dual question follows its pair's first one at once."""
    for trait in traits:
        digest = pair_digest(run, persona, trait)
        if scale_mode == "random50":
            is_reversed = is_reversed_at_random(digest)
        else:
            is_reversed = scale_mode == "rev"
        yield RatingItem(persona=persona, trait=trait, is_reversed=is_reversed)
        if _rank(digest) <= threshold:
            yield RatingItem(
                persona=persona, trait=trait, is_reversed=not is_reversed, is_dual=True
            )


def _rank(digest: bytes) -> bytes:
    return digest[1:]


def _ranks(run: str | int, personas: Sequence[str], traits: Sequence[str]) -> Iterator[bytes]:
    for persona in personas:
        for trait in traits:
            yield _rank(pair_digest(run, persona, trait))
