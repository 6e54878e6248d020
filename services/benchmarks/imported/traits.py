"""The traits of a foreign file: those of this platform where it has them, else new ones.

A new trait is not active: what somebody else's file rates is asked by no run of ours unless a
person switches it on. It is the team's, as traits are unless somebody says otherwise: an adjective
can be there only once, and a private one would keep others from importing the same ratings.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.access import visible
from app.auth.actor import Actor
from app.errors import Invalid
from app.models.persona import Trait
from services.benchmarks.domain.trait_rules import adjective_key, on_one_line
from services.benchmarks.traits import checks
from services.benchmarks.traits.create import add_trait
from services.benchmarks.traits.types import NewTrait

Said = Mapping[str, Any]  # what the file says: word, trait_adjective, trait_category, …


@dataclass(frozen=True, kw_only=True)
class MatchedTrait:
    """A trait of a file; ``row`` is None where it is new here."""

    said: Said
    adjective: str
    row: Trait | None

    def as_rated(self, row: Trait) -> dict[str, Any]:
        """Return the trait as the manifest keeps it: as the file says, else as it is here."""
        return {
            "id": row.id,
            "code": row.code,
            "adjective": self.adjective,
            "adjective_de": self.said.get("trait_adjective_de") or row.adjective_de,
            "category": self._said("trait_category", row.category),
            "valence": self._said("trait_valence", row.valence),
        }

    def _said(self, name: str, known: Any) -> Any:
        """Return what the file says, and what is known here where it says nothing."""
        value = self.said.get(name)
        return known if value is None or value == "" else value


def match_traits(session: Session, actor: Actor, said: Sequence[Said]) -> list[MatchedTrait]:
    """Return the file's traits with the rows that they are here, by adjective, else by code.

    Raises Invalid where two words of the file are the same trait.
    """
    rows = session.scalars(select(Trait).where(visible(Trait, actor)).order_by(Trait.id)).all()
    by_code = {row.code: row for row in rows}
    by_key = {row.adjective_key: row for row in rows}
    matched = []
    for one in said:
        named = one.get("trait_adjective") or one["word"]
        row = by_key.get(adjective_key(named))
        if row is None and not one.get("trait_adjective"):
            row = by_code.get(one["word"])
        adjective = row.adjective if row is not None else on_one_line(named)
        matched.append(MatchedTrait(said=one, adjective=adjective, row=row))
    _refuse_same(matched)
    return matched


def _refuse_same(matched: Sequence[MatchedTrait]) -> None:
    words: dict[str, str] = {}
    for one in matched:
        key = one.row.code if one.row is not None else adjective_key(one.adjective)
        first = words.setdefault(key, one.said["word"])
        if first != one.said["word"]:
            detail = f"'{first}' and '{one.said['word']}' are the same trait: give them one word."
            raise Invalid(detail, errors={"mapping.trait": [detail]})


def kept_traits(
    session: Session, actor: Actor, matched: Sequence[MatchedTrait]
) -> list[dict[str, Any]]:
    """Return the traits as the manifest keeps them; new ones are written.

    Raises TraitExists where somebody's own trait, which is not shared, has the adjective.
    """
    kept = []
    for one in matched:
        row = one.row
        if row is None:
            row = add_trait(session, actor, _new(one))
            checks.flush(session)
        kept.append(one.as_rated(row))
    return kept


def _new(one: MatchedTrait) -> NewTrait:
    valence = one.said.get("trait_valence")
    return NewTrait(
        adjective=one.adjective,
        adjective_de=one.said.get("trait_adjective_de") or None,
        category=one.said.get("trait_category") or None,
        valence=valence,
        is_active=False,
    )
