"""What a run has: its answers as columns, its failures, its twins; each is read once."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, aliased

from app.db.engine import Database
from app.models.benchmark import BenchmarkAnswer, BenchmarkFailure, BenchmarkRun
from app.models.persona import Persona, Trait
from services.benchmarks.analysis.columns import FACTORS, answer_columns
from services.benchmarks.domain import answers
from services.benchmarks.domain.attributes import ATTRIBUTES, age_group
from services.benchmarks.domain.deltas import DeltaTable
from services.benchmarks.domain.outcomes import (
    FILTERED,
    FORMAT_FAILURE,
    REFUSAL,
    FailedItem,
    Outcomes,
    build_outcomes,
)
from services.benchmarks.domain.ratings import Grouping, Ints, Ratings, grouped
from services.benchmarks.domain.twins import TwinLink

KIND_OF = {answers.REFUSAL: REFUSAL, answers.FILTERED: FILTERED}  # every other one is of form
SPARSE = 2  # ids up to so many times the answers are looked up in a table
STORED = ("age", *(name for name in ATTRIBUTES if name != "age_group"))  # columns of personas


class RunData:
    """The data of one run, as questions need them."""

    def __init__(self, database: Database, run: BenchmarkRun) -> None:
        self._database = database
        self._run = run
        self.planned_deltas: dict[str, DeltaTable] | None = None

    @cached_property
    def ratings(self) -> Ratings:
        """Return every accepted answer."""
        with self._database.read() as session:
            return load_ratings(session, self._run)

    @cached_property
    def scored(self) -> tuple[Ratings, list[Mapping[str, float]]]:
        """Return the answers that came with probabilities of options, and these."""
        with self._database.read() as session:
            return _scored(session, self._run)

    @cached_property
    def outcomes(self) -> Outcomes:
        """Return what became of every item that is settled."""
        with self._database.read() as session:
            return build_outcomes(self.ratings, _failed(session, self._run.id))

    @cached_property
    def twins(self) -> list[TwinLink]:
        """Return the pairs of a counterfactual set."""
        with self._database.read() as session:
            return _twins(session, self._run.set_id)

    @cached_property
    def persona_ids(self) -> dict[str, int]:
        """Return the number of each person by its uuid, for addresses of items."""
        query = select(Persona.uuid, Persona.id).where(Persona.set_id == self._run.set_id)
        with self._database.read() as session:
            return dict(session.execute(query).tuples().all())


def load_ratings(session: Session, run: BenchmarkRun) -> Ratings:
    """Return every accepted answer of ``run`` with the traits as its manifest has them.

    Persons are all of its data set, also those without an answer, so that counts are exact.
    """
    return _built(session, run, answer_columns(session, BenchmarkAnswer, run.id))


def _built(session: Session, run: BenchmarkRun, columns: Sequence[Ints]) -> Ratings:
    """Return the answers in ``columns`` as ``answer_columns`` has them."""
    of_pair = func.coalesce(Persona.source_persona_id, Persona.id)
    query = select(Persona.id, Persona.uuid, of_pair, *(getattr(Persona, name) for name in STORED))
    rows = session.execute(query.where(Persona.set_id == run.set_id).order_by(Persona.id))
    ids, uuids, pairs, *values = list(zip(*rows, strict=True)) or [()] * (3 + len(STORED))
    traits = run.manifest["traits"]
    return Ratings(
        personas=uuids,
        traits=tuple(one["code"] for one in traits),
        labels=tuple(one["adjective"] for one in traits),
        person=_places(columns[0], ids),
        trait=_places(columns[1], [one["id"] for one in traits]),
        is_reversed=columns[2] == 1,
        raw=columns[3],
        attempt=columns[4],
        factors=dict(zip(FACTORS, columns[5:], strict=True)),
        attributes=_groupings(dict(zip(STORED, values, strict=True)), _clusters(ids, pairs)),
        categories=grouped([one["category"] for one in traits]),
        valence=np.array([one["valence"] or 0 for one in traits], dtype=np.int64),
    )


def _scored(session: Session, run: BenchmarkRun) -> tuple[Ratings, list[Mapping[str, float]]]:
    table = BenchmarkAnswer
    query = select(
        table.persona_id,
        table.trait_id,
        case((table.scale_order == "rev", 1), else_=0),
        table.rating,
        table.attempt,
        *(getattr(table, name) for name in FACTORS),
        table.probabilities,
    ).where(table.run_id == run.id, table.probabilities.is_not(None))
    rows: Sequence[Any] = [row for row in session.execute(query).tuples() if row[-1]]
    numbers = [row[:-1] for row in rows]
    columns = np.array(numbers, dtype=np.int64).reshape(-1, 5 + len(FACTORS)).T
    return _built(session, run, list(columns)), [row[-1] for row in rows]


def _places(ids: Ints, known: Sequence[int]) -> Ints:
    """Return where each id stands among ``known``, which is not sorted."""
    some = np.array(known, dtype=np.int64)
    first = int(some.min(initial=0))
    if int(some.max(initial=0)) - first > SPARSE * len(ids):
        order = np.argsort(some)
        return order[np.searchsorted(some, ids, sorter=order)]
    places = np.zeros(int(some.max(initial=0)) - first + 1, dtype=np.int64)
    places[some - first] = np.arange(len(some))
    return places[ids - first]


def _clusters(ids: Sequence[int], pairs: Sequence[int]) -> Ints | None:
    """Return the number of the pair of each person; None where nobody has a twin."""
    if ids == pairs:
        return None
    _, codes = np.unique(np.array(pairs, dtype=np.int64), return_inverse=True)
    return codes.reshape(-1)


def _groupings(
    values: Mapping[str, Sequence[Any]], clusters: Ints | None
) -> Mapping[str, Grouping]:
    """Return the groups by each attribute; ``values`` are the columns (P,) of STORED."""
    ages = [age_group(age) for age in values["age"]]
    groupings = {name: grouped(values.get(name, ages)) for name in ATTRIBUTES}
    return {name: replace(one, clusters=clusters) for name, one in groupings.items()}


def _failed(session: Session, run_id: int) -> list[FailedItem]:
    table = BenchmarkFailure
    query = (
        select(
            Persona.uuid,
            Trait.code,
            table.scale_order,
            table.kind,
            *(getattr(table, name) for name in FACTORS),
        )
        .join(Persona, Persona.id == table.persona_id)
        .join(Trait, Trait.id == table.trait_id)
        .where(table.run_id == run_id)
    )
    return [
        FailedItem(uuid, code, order == "rev", KIND_OF.get(kind, FORMAT_FAILURE), *factors)
        for uuid, code, order, kind, *factors in session.execute(query).tuples()
    ]


def _twins(session: Session, set_id: int) -> list[TwinLink]:
    source = aliased(Persona)
    query = (
        select(source, Persona)
        .join(source, source.id == Persona.source_persona_id)
        .where(Persona.set_id == set_id, Persona.role == "counterfactual")
        .order_by(Persona.id)
    )
    return [_link(one, twin) for one, twin in session.execute(query).tuples()]


def _link(source: Persona, twin: Persona) -> TwinLink:
    attribute = str(twin.changed_attribute)
    return TwinLink(source.uuid, twin.uuid, attribute, *_ends(attribute, source, twin))


def _ends(attribute: str, source: Persona, twin: Persona) -> tuple[str, str]:
    """Return what was changed to what: years as age groups, countries as regions.

    Hardly any two pairs share their years or countries, so nothing could be said of a direction.
    """
    if attribute == "age":
        return age_group(source.age), age_group(twin.age)
    if attribute == "origin":
        for name in ("origin_region", "origin_subregion"):
            before, after = getattr(source, name), getattr(twin, name)
            if before and after and before != after:
                return before, after
    return str(twin.from_value), str(twin.to_value)
