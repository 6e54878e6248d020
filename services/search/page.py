"""One page of run ids in an order, with the exact total, in a constant number of statements.

Count first. Few matches are read with their values and sorted here. Of many, the index of the
order is walked until the page is full; what a filter keeps, or what lies deep, is sifted out of
its ids.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Select, and_, func, null, or_, select, tuple_
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.models.run import Run
from services.search.keyset import place_of, token_of
from services.search.matching import LIMITS, Limits, Matching, matching
from services.search.order import Order, bound, order_of
from services.search.places import Place, in_order
from services.search.query import RunsQuery
from services.search.sets import Ids, read_ids
from services.search.study_rows import StudyMember, study_rows

EVERY = 2**31 - 1  # ids; a limit makes databases keep the order of a subquery


@dataclass(frozen=True, kw_only=True)
class SearchPage:
    """The ids of one page in order; ``next`` is the token of the page after it.

    ``total`` counts rows before paging, ``num_runs`` runs: fewer rows than runs where a study is
    one row. ``members`` are then the runs of each study by its id.
    """

    ids: list[int]
    total: int
    next: str | None
    num_runs: int
    matching: Matching
    members: Mapping[int, Sequence[StudyMember]]


def page_of(
    session: Session, actor: Actor, query: RunsQuery, limits: Limits = LIMITS
) -> SearchPage:
    """Return the page of the runs that the actor may see.

    Raises Invalid for a token that cannot be read.
    """
    order = order_of(query.sort_by.identifier, descending=query.descending)
    after = None if query.after is None else place_of(query.after, query.sort_by.text, order)
    matching_runs = matching(session, actor, query, limits)
    total = num_runs = matching_runs.count(session)
    every = matching_runs
    members: Mapping[int, Sequence[StudyMember]] = {}
    if query.group_studies:
        rows = study_rows(session, actor, matching_runs, order)
        matching_runs, members, total = rows.matching, rows.members, num_runs - rows.num_hidden
    reading = _Reading(
        session=session, matching_runs=matching_runs, order=order, query=query, after=after
    )
    if total <= limits.few:
        places = reading.few()
    elif not matching_runs.parts and query.offset <= limits.near:
        places = reading.walk()
    else:
        places = reading.sift()
    last = places[query.limit - 1] if len(places) > query.limit else None
    return SearchPage(
        ids=[place.run_id for place in places[: query.limit]],
        total=total,
        next=None if last is None else token_of(query.sort_by.text, order, last),
        num_runs=num_runs,
        matching=every,
        members=members,
    )


@dataclass(frozen=True, kw_only=True)
class _Reading:
    """What both ways of reading a page need; each returns one run more than the page shows."""

    session: Session
    matching_runs: Matching
    order: Order
    query: RunsQuery
    after: Place | None

    def few(self) -> list[Place]:
        """Read every match with its values, sort, and cut the page out."""
        order = self.order
        statement = self._with_row(self.matching_runs.select(Run.id, *order.values))
        rows = self.session.execute(statement)
        places = in_order((Place.by_values(run_id, values) for run_id, *values in rows), order)
        if self.after is not None:
            places = [place for place in places if place.comes_after(self.after, order)]
        begin = self.query.offset
        return places[begin : begin + self.query.limit + 1]

    def walk(self) -> list[Place]:
        """Walk the stretches of the order until the page is full."""
        places: list[Place] = []
        skip = self.query.offset
        first = 0 if self.after is None else self.after.stretch
        for stretch in range(first, self.order.stretches):
            statement = self._stretch(stretch)
            left = self.query.limit + 1 - len(places)
            rows = self.session.execute(statement.limit(left).offset(skip)).all()
            places += [Place(stretch=stretch, value=value, run_id=run) for run, value in rows]
            if len(rows) == left:
                break
            if skip and not rows and stretch + 1 < self.order.stretches:
                counted = select(func.count()).select_from(statement.order_by(None).subquery())
                skip -= self.session.scalar(counted) or 0
            else:
                skip = 0
        return places

    def sift(self) -> list[Place]:
        """Read the ids of the stretches in order and keep those that match."""
        ids = np.sort(self.matching_runs.read_ids(self.session))
        begin, want = self.query.offset, self.query.offset + self.query.limit + 1
        kept: list[tuple[int, Ids]] = []
        first = 0 if self.after is None else self.after.stretch
        for stretch in range(first, self.order.stretches):
            left = want - sum(len(some) for _, some in kept)
            if left > 0:
                kept.append((stretch, self._sifted(stretch, ids, left)))
        runs = [(stretch, run_id) for stretch, some in kept for run_id in some.tolist()]
        return self._placed(runs[begin:want])

    def _sifted(self, stretch: int, ids: Ids, want: int) -> Ids:
        """Return at least ``want`` of the ``ids`` in the order of a stretch, or all in it."""
        if stretch == len(self.order.values):
            return self._without_value(ids)
        own = [*self.order.within(stretch), *self._beyond(stretch)]
        value, run_id = self.order.values[stretch], self.order.run_id
        statement = select(run_id).where(*own)
        statement = statement.order_by(self.order.directed(value), self.order.directed(run_id))
        likely = 2 * want * int(ids[-1]) // len(ids) if len(ids) else 0
        likely = min(max(1, likely + self.matching_runs.limits.spare), EVERY)
        for limit in (likely, EVERY):
            run_ids = read_ids(self.session, statement.limit(limit))
            kept = run_ids[np.isin(run_ids, ids)]
            if len(kept) >= want or len(run_ids) < limit:
                break
        return kept

    def _without_value(self, ids: Ids) -> Ids:
        """Return those of the ascending ``ids`` that have nothing to be sorted by, in order."""
        known = or_(*(value.is_not(None) for value in self.order.values))
        statement = select(self.order.run_id).where(*self.order.row_conditions, known)
        ids = ids[~np.isin(ids, read_ids(self.session, statement))]
        ids = ids[::-1] if self.order.descending else ids
        if self.after is None or self.after.stretch != len(self.order.values):
            return ids
        return ids[ids < self.after.run_id if self.order.descending else ids > self.after.run_id]

    def _placed(self, runs: Sequence[tuple[int, int]]) -> list[Place]:
        """Return the places of runs; only the last one of the page needs its value."""
        places = [Place(stretch=stretch, value=None, run_id=run_id) for stretch, run_id in runs]
        if len(places) <= self.query.limit:
            return places
        last = places[self.query.limit - 1]
        statement = self._with_row(select(*self.order.values).select_from(Run))
        values = self.session.execute(statement.where(Run.id == last.run_id)).first()
        if values is not None:
            places[self.query.limit - 1] = Place.by_values(last.run_id, values)
        return places

    def _with_row(self, statement: Select[Any]) -> Select[Any]:
        """Return a statement for runs with the table joined that holds what they are sorted by."""
        row = self.order.row
        if row is None:
            return statement
        return statement.outerjoin(row, and_(row.run_id == Run.id, *self.order.row_conditions))

    def _stretch(self, stretch: int) -> Any:
        order = self.order
        if stretch == len(order.values):
            statement = select(Run.id, null()).select_from(Run)
            unknown = statement.where(
                order.unknown(), *self.matching_runs.always, *self._beyond(stretch)
            )
            return unknown.order_by(order.directed(Run.id))
        value = order.values[stretch]
        statement = select(order.run_id, value)
        if order.row is not None:
            statement = statement.select_from(order.row).join(Run, Run.id == order.row.run_id)
        # the index of the order brings the runs: SQLite would rather take another and sort
        by_time = order.identifier.name == "start_time"
        seen = self.matching_runs.always if by_time else self.matching_runs.unindexed
        statement = statement.where(*order.within(stretch), *seen, *self._beyond(stretch))
        return statement.order_by(order.directed(value), order.directed(order.run_id))

    def _beyond(self, stretch: int) -> list[ColumnElement[bool]]:
        """Return the condition that leaves out what the pages before have shown."""
        after, order = self.after, self.order
        if after is None or after.stretch != stretch:
            return []
        if stretch == len(order.values):
            return [_follows(Run.id, after.run_id, order)]
        value, last = order.values[stretch], bound(order, stretch, after.value)
        return [_follows(tuple_(value, order.run_id), tuple_(last, after.run_id), order)]


def _follows(here: Any, there: Any, order: Order) -> ColumnElement[bool]:
    condition: ColumnElement[bool] = here < there if order.descending else here > there
    return condition
