"""The answers of a run as columns, read in one statement."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from sqlalchemy import case, select
from sqlalchemy.orm import Session

from app.models.benchmark import BenchmarkAnswer, BenchmarkRun
from app.models.persona import Persona
from services.benchmarks.domain.attributes import ATTRIBUTES, age_group
from services.benchmarks.domain.ratings import Grouping, Ints, Ratings, grouped

FACTORS = ("wording", "cue", "repeat")


def load_ratings(session: Session, run: BenchmarkRun) -> Ratings:
    """Return every accepted answer of ``run`` with the traits as its manifest has them.

    Persons are all of its data set, also those without an answer, so that counts are exact.
    """
    query = select(Persona).where(Persona.set_id == run.set_id).order_by(Persona.id)
    people = session.scalars(query).all()
    traits = run.manifest["traits"]
    columns = _columns(session, run.id)
    return Ratings(
        personas=tuple(one.uuid for one in people),
        traits=tuple(one["code"] for one in traits),
        labels=tuple(one["adjective"] for one in traits),
        person=_places(columns[0], [one.id for one in people]),
        trait=_places(columns[1], [one["id"] for one in traits]),
        is_reversed=columns[2] == 1,
        raw=columns[3],
        attempt=columns[4],
        factors=dict(zip(FACTORS, columns[5:], strict=True)),
        attributes=_groupings(people),
        categories=grouped([one["category"] for one in traits]),
        valence=np.array([one["valence"] or 0 for one in traits], dtype=np.int64),
    )


def _columns(session: Session, run_id: int) -> Ints:
    """Return (8, n): person, trait, reversed, rating, attempt and the three factors."""
    table = BenchmarkAnswer
    query = select(
        table.persona_id,
        table.trait_id,
        case((table.scale_order == "rev", 1), else_=0),
        table.rating,
        table.attempt,
        *(getattr(table, name) for name in FACTORS),
    ).where(table.run_id == run_id)
    rows: Sequence[Any] = session.execute(query).tuples().all()
    return np.array(rows, dtype=np.int64).reshape(-1, 5 + len(FACTORS)).T


def _places(ids: Ints, known: Sequence[int]) -> Ints:
    """Return where each id stands among ``known``, which is not sorted."""
    order = np.argsort(np.array(known, dtype=np.int64))
    return order[np.searchsorted(np.array(known, dtype=np.int64), ids, sorter=order)]


def _groupings(people: Sequence[Persona]) -> Mapping[str, Grouping]:
    return {name: grouped([_value(one, name) for one in people]) for name in ATTRIBUTES}


def _value(one: Persona, attribute: str) -> object:
    return age_group(one.age) if attribute == "age_group" else getattr(one, attribute)
