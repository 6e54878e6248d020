"""Finding rows of every kind by a few letters of their names, the closest match first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, null, or_, select
from sqlalchemy.orm import Session

from app.auth.access import visible
from app.auth.actor import Actor
from app.db.engine import Database
from app.domains import SearchKind
from services.domains import SEARCH
from services.lookup.domain.rank import Match, in_order_pattern, ranked, requested_kinds
from services.lookup.studies import one_per_study

MAX_PER_KIND = 50


@dataclass(frozen=True, kw_only=True)
class Lookup:
    """What a person typed, and how many matches are enough."""

    q: str
    limit: int


def look_up(
    database: Database, actor: Actor, lookup: Lookup, kinds: Sequence[SearchKind] = SEARCH
) -> Sequence[Match]:
    """Return the rows that the actor may see and whose name or number matches.

    A word for a kind ("sweep", "dataset") narrows the search to that kind. One statement per kind;
    of each kind only the newest MAX_PER_KIND are compared. A study stands for several of its runs.
    """
    requested, words = requested_kinds(lookup.q, {one.kind: one.words for one in kinds})
    models = [one for one in kinds if one.kind in requested]
    with database.read() as session:
        matches = [match for kind in models for match in _of_kind(session, actor, kind, words)]
        if "study" in requested:  # whoever asks for runs alone gets each of them
            matches = one_per_study(session, actor, matches)
    return ranked(matches, words, lookup.limit)


def _of_kind(session: Session, actor: Actor, kind: SearchKind, words: Sequence[str]) -> list[Match]:
    model = kind.model
    name = _name(kind)
    columns = (model.id, name, model.status if kind.status else null())
    query = select(*columns).where(visible(model, actor), _matches(model, name, words))
    rows = session.execute(query.order_by(model.id.desc()).limit(MAX_PER_KIND))
    return [Match(kind=kind.kind, id=row[0], name=row[1], status=row[2]) for row in rows]


def _name(kind: SearchKind) -> ColumnElement[str]:
    first, *others = (getattr(kind.model, column) for column in kind.names)
    return func.coalesce(first, *others) if others else first


def _matches(model: Any, name: ColumnElement[str], words: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition: every word is in the name, or its letters are, in their order."""
    text = " ".join(words)
    conditions = [and_(*(name.icontains(word, autoescape=True) for word in words))]
    if pattern := in_order_pattern(text):
        conditions.append(name.ilike(pattern, escape="/"))
    if text.isdecimal() and len(text) < 18:
        conditions.append(model.id == int(text))
    return or_(*conditions) if words else model.id > 0
