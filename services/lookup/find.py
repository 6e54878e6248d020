"""Finding rows of every kind by a few letters of their names, the closest match first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from app.auth.access import visible
from app.auth.actor import Actor
from app.db.engine import Database
from app.models.dataset import Dataset
from app.models.federation import Federation
from app.models.run import Run
from app.models.study import Study
from app.models.weights import Weights
from services.lookup.domain.rank import Match, in_order_pattern, ranked, requested_kinds

MAX_PER_KIND = 50
MODELS: dict[str, Any] = {
    "run": Run,
    "study": Study,
    "federation": Federation,
    "dataset": Dataset,
    "model": Weights,
}


@dataclass(frozen=True, kw_only=True)
class Lookup:
    """What a person typed, and how many matches are enough."""

    q: str
    limit: int


def look_up(database: Database, actor: Actor, lookup: Lookup) -> Sequence[Match]:
    """Return the rows that the actor may see and whose name or number matches.

    A word for a kind ("sweep", "dataset") narrows the search to that kind. One statement per kind;
    of each kind only the newest MAX_PER_KIND are compared.
    """
    kinds, words = requested_kinds(lookup.q, tuple(MODELS))
    with database.read() as session:
        matches = [match for kind in kinds for match in _of_kind(session, actor, kind, words)]
    return ranked(matches, words, lookup.limit)


def _of_kind(session: Session, actor: Actor, kind: str, words: Sequence[str]) -> list[Match]:
    model = MODELS[kind]
    status = model.status if kind == "run" else None
    columns = [model.id, model.name] if status is None else [model.id, model.name, status]
    query = select(*columns).where(visible(model, actor), _matches(model, words))
    rows = session.execute(query.order_by(model.id.desc()).limit(MAX_PER_KIND))
    return [
        Match(kind=kind, id=row[0], name=row[1], status=None if status is None else row[2])
        for row in rows
    ]


def _matches(model: Any, words: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition: every word is in the name, or its letters are, in their order."""
    text = " ".join(words)
    name = model.name
    conditions = [and_(*(name.icontains(word, autoescape=True) for word in words))]
    if pattern := in_order_pattern(text):
        conditions.append(name.ilike(pattern, escape="/"))
    if text.isdecimal() and len(text) < 18:
        conditions.append(model.id == int(text))
    return or_(*conditions) if words else model.id > 0
