"""Which runs match: counted, or as ids.

A rare comparison leads the way: its rows are read from their index, and each of their runs is
probed for the rest. Where none is rare, sets of ids are joined.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import UnaryExpression
from sqlalchemy.sql.operators import custom_op

from app.auth.access import visible
from app.auth.actor import Actor
from app.models.run import Run
from app.models.study import Study, StudyRun
from services.search.compiler import Compiler, Row
from services.search.filter.tree import Node, conjuncts
from services.search.query import RunsQuery
from services.search.sets import Ids, SetReader, is_sqlite, read_ids


@dataclass(frozen=True, kw_only=True)
class Limits:
    """From where on another way of reading is the faster one; every way gives the same answer.

    ``few`` runs are sorted here rather than walked to, ``rare`` rows are looked up one by one,
    and what lies behind ``near`` runs is reached by counting ids. Of those, ``spare`` more than
    are likely to be needed are read, and all where that was not enough.
    """

    few: int = 500
    rare: int = 2_000
    near: int = 1_000
    spare: int = 200


LIMITS = Limits()


@dataclass(frozen=True, kw_only=True)
class Matching:
    """The runs that match, before any order: how to count, to probe and to read them."""

    compiler: Compiler
    parts: tuple[Node, ...]
    always: tuple[ColumnElement[bool], ...]
    unindexed: tuple[ColumnElement[bool], ...] = ()
    driver: int | None = None
    ids: Ids | None = None  # where they had to be read to be counted
    limits: Limits = LIMITS

    def conditions(self, *, without: Sequence[Node] = ()) -> list[ColumnElement[bool]]:
        """Return the conditions on a run that somebody already has in hand."""
        left = [part for part in self.parts if part not in without]
        return [*self.always, *(self.compiler.condition(part) for part in left)]

    def select(self, *columns: Any) -> Select[Any]:
        """Return a statement for columns of the matching runs, led by the rarest comparison."""
        if self.ids is not None and len(self.ids) <= self.limits.few:
            return select(*columns).select_from(Run).where(Run.id.in_(self.ids.tolist()))
        if self.driver is None:
            return select(*columns).select_from(Run).where(*self.conditions())
        leading = self.parts[self.driver]
        row = self.compiler.driver(leading)
        if row is None:
            raise RuntimeError("This comparison leads nowhere.")
        statement = select(*columns).select_from(row.table).join(Run, Run.id == row.table.run_id)
        return statement.where(*row.conditions, *self.conditions(without=[leading]))

    def count(self, session: Session) -> int:
        """Return how many runs match."""
        if self.ids is not None:
            return len(self.ids)
        return session.scalar(self.select(func.count())) or 0

    def read_ids(self, session: Session) -> Ids:
        """Return the ids of the matching runs in any order."""
        return read_ids(session, self.select(Run.id)) if self.ids is None else self.ids

    def sample(self, session: Session, limit: int) -> list[int]:
        """Return the ids of some of the matching runs, at most ``limit``."""
        if self.ids is not None:
            some: list[int] = self.ids[:limit].tolist()
            return some
        return list(session.scalars(self.select(Run.id).limit(limit)))

    def ascending(self, session: Session, limit: int | None = None) -> list[int]:
        """Return the ids of the matching runs in ascending order, at most ``limit`` of them."""
        if self.ids is not None:
            ids: list[int] = np.sort(self.ids)[:limit].tolist()
            return ids
        return list(session.scalars(self.select(Run.id).order_by(Run.id).limit(limit)))


def matching(session: Session, actor: Actor, query: RunsQuery, limits: Limits = LIMITS) -> Matching:
    """Return the runs that ``actor`` may see and that match ``query``."""
    sqlite = is_sqlite(session)
    compiler = Compiler(sqlite=sqlite)
    parts = conjuncts(query.filter)
    plain = _without_index(Run.archived_at) if sqlite else Run.archived_at
    unindexed = tuple(_always(actor, query, plain))
    driver = _rarest(session, compiler, parts, limits.rare)
    ids = None
    if parts and driver is None:
        ids = SetReader(session, compiler).matching(parts, unindexed)
    return Matching(
        compiler=compiler,
        parts=parts,
        always=tuple(_always(actor, query, Run.archived_at)),
        unindexed=unindexed,
        driver=driver,
        ids=ids,
        limits=limits,
    )


def matching_ids(
    session: Session, actor: Actor, query: RunsQuery, limit: int | None = None
) -> list[int]:
    """Return the ids of all matching runs in ascending order, at most ``limit`` of them."""
    return matching(session, actor, query).ascending(session, limit)


def _always(actor: Actor, query: RunsQuery, archived_at: Any) -> list[ColumnElement[bool]]:
    conditions = [visible(Run, actor)]
    if query.archived != "all":
        archived = archived_at.is_not(None)
        conditions.append(archived if query.archived == "true" else archived_at.is_(None))
    if query.status is not None:
        conditions.append(Run.status == query.status)
    if query.training_mode is not None:
        conditions.append(Run.training_mode == query.training_mode)
    if query.study_id is not None:
        conditions.append(in_study(query.study_id, actor))
    return conditions


def in_study(study_id: int, actor: Actor) -> ColumnElement[bool]:
    """Return the condition that a run belongs to a study that the actor may see."""
    runs = select(StudyRun.run_id).join(Study, Study.id == StudyRun.study_id)
    return Run.id.in_(runs.where(Study.id == study_id, visible(Study, actor)))


def _without_index(column: Any) -> ColumnElement[Any]:
    """Return the column with a plus before it, which SQLite looks up in no index."""
    return UnaryExpression(column, operator=custom_op("+"))


def _rarest(session: Session, compiler: Compiler, parts: Sequence[Node], rare: int) -> int | None:
    """Return which part has the fewest rows, None where none has at most ``rare``."""
    rows = {place: row for place, part in enumerate(parts) if (row := compiler.driver(part))}
    if not rows:
        return None
    counts = session.execute(select(*(_counted(row, rare) for row in rows.values()))).one()
    fewest, place = min(zip(counts, rows, strict=True))
    return place if fewest <= rare else None


def _counted(row: Row, rare: int) -> ColumnElement[int]:
    few = select(row.table.run_id).where(*row.conditions).limit(rare + 1).subquery()
    return select(func.count()).select_from(few).scalar_subquery()
