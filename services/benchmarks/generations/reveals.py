"""Which attributes the texts of a generation reveal: how many personas' texts name their value."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.attribute_generation import AttributeGeneration
from app.models.persona import Persona
from services.benchmarks.domain.reveals import revealed
from services.benchmarks.generations.resolve import texts_of
from services.benchmarks.runs.templates import described

MAX_PERSONAS = 500  # whose texts are looked at


@dataclass(frozen=True, kw_only=True)
class Revealed:
    """Of ``n_personas`` that have texts: by attribute, how many name their value in them.

    It is a lower bound: a name or a place may hint at a group without naming it.
    """

    n_personas: int
    named: Mapping[str, int]


def revealed_in(session: Session, row: AttributeGeneration) -> Revealed:
    """Return what the texts of the first 500 personas reveal."""
    query = select(Persona).where(Persona.set_id == row.set_id).order_by(Persona.id)
    personas = session.scalars(query.limit(MAX_PERSONAS)).all()
    texts = texts_of(session, row.id, [one.id for one in personas])
    language = row.manifest["prompt"]["language"]
    counts: Counter[str] = Counter()
    for persona in personas:
        written = " ".join(texts.get(persona.id, {}).values())
        counts.update(revealed(described(persona), written, language))
    return Revealed(n_personas=len(texts), named=dict(counts.most_common()))
