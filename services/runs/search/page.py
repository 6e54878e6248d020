"""One page of run ids in an order, with the exact total, in a constant number of statements.

Count first. Few matches are read whole and sorted here; of many, the index of the order is
walked until the page is full, and each run on the way is probed for the filter.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, null, select, tuple_
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.models.run import Run
from services.runs.domain.filter.tree import Comparison
from services.runs.search.keyset import Place, place_of, token_of
from services.runs.search.matching import LIMITS, Limits, Matching, matching
from services.runs.search.order import Order, bound, order_of
from services.runs.search.wanted import RunsWanted


@dataclass(frozen=True, kw_only=True)
class Page:
    """The ids of one page in order; ``next`` is the token of the page after it."""

    ids: list[int]
    total: int
    next: str | None


def page_of(session: Session, actor: Actor, wanted: RunsWanted, limits: Limits = LIMITS) -> Page:
    """Return the page of the runs that the actor may see.

    Raises Invalid for a filter, a sort or a token that cannot be read.
    """
    order = order_of(wanted.sort_by, descending=wanted.descending)
    after = None if wanted.after is None else place_of(wanted.after, wanted.sort_by, order)
    found = matching(session, actor, wanted, limits)
    total = found.count(session)
    reading = _Reading(session=session, found=found, order=order, wanted=wanted, after=after)
    places = reading.few() if total <= limits.few else reading.walk()
    last = places[wanted.limit - 1] if len(places) > wanted.limit else None
    return Page(
        ids=[place.run_id for place in places[: wanted.limit]],
        total=total,
        next=None if last is None else token_of(wanted.sort_by, order, last),
    )


@dataclass(frozen=True, kw_only=True)
class _Reading:
    """What both ways of reading a page need; each returns one run more than the page shows."""

    session: Session
    found: Matching
    order: Order
    wanted: RunsWanted
    after: Place | None

    def few(self) -> list[Place]:
        """Read every match with its values, sort, and cut the page out."""
        order = self.order
        statement = self.found.select(Run.id, *order.values)
        if order.row is not None:
            on_row = and_(order.row.run_id == Run.id, *order.row_conditions)
            statement = statement.outerjoin(order.row, on_row)
        places = [_place(run_id, values) for run_id, *values in self.session.execute(statement)]
        places = _sorted(places, order)
        if self.after is not None:
            places = [place for place in places if _follows(place, self.after, order)]
        begin = self.wanted.offset
        return places[begin : begin + self.wanted.limit + 1]

    def walk(self) -> list[Place]:
        """Walk the stretches of the order until the page is full."""
        places: list[Place] = []
        skip = self.wanted.offset
        first = 0 if self.after is None else self.after.stretch
        for stretch in range(first, self.order.stretches):
            statement = self._stretch(stretch)
            left = self.wanted.limit + 1 - len(places)
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

    def _stretch(self, stretch: int) -> Any:
        order = self.order
        if stretch == len(order.values):
            statement = select(Run.id, null()).select_from(Run)
            unknown = statement.where(order.unknown(), *self.found.conditions())
            return self._beyond(unknown, stretch).order_by(order.directed(Run.id))
        value = order.values[stretch]
        statement = select(order.run_id, value)
        own: list[Comparison] = []
        if order.row is not None:
            statement = statement.select_from(order.row).join(Run, Run.id == order.row.run_id)
            own = self._of_the_same_row()
        asked = [self.found.compiler.on_row(part, order.row) for part in own]
        walking = order.identifier.name != "start_time"
        conditions = self.found.conditions(without=own, walking=walking)
        statement = statement.where(*order.within(stretch), *asked, *conditions)
        statement = self._beyond(statement, stretch)
        return statement.order_by(order.directed(value), order.directed(order.run_id))

    def _of_the_same_row(self) -> list[Comparison]:
        """Return the comparisons of the very row that the walk reads: they narrow the walk."""
        return [
            part
            for part in self.found.parts
            if isinstance(part, Comparison)
            and part.operator != "IS NULL"
            and part.identifier.kind == self.order.identifier.kind
            and part.identifier.name == self.order.identifier.name
        ]

    def _beyond(self, statement: Any, stretch: int) -> Any:
        """Leave out what the pages before have shown."""
        after, order = self.after, self.order
        if after is None or after.stretch != stretch:
            return statement
        here: ColumnElement[Any]
        if stretch == len(order.values):
            here = Run.id < after.run_id if order.descending else Run.id > after.run_id
            return statement.where(here)
        here = tuple_(order.values[stretch], order.run_id)
        there = tuple_(bound(order, stretch, after.value), after.run_id)
        return statement.where(here < there if order.descending else here > there)


def _place(run_id: int, values: list[Any]) -> Place:
    known = next((n for n, value in enumerate(values) if value is not None), len(values))
    value = values[known] if known < len(values) else None
    return Place(stretch=known, value=value, run_id=run_id)


def _sorted(places: list[Place], order: Order) -> list[Place]:
    stretches = range(order.stretches)
    by_stretch = [[place for place in places if place.stretch == one] for one in stretches]
    return [
        place
        for stretch in by_stretch
        for place in sorted(stretch, key=_sort_key, reverse=order.descending)
    ]


def _sort_key(place: Place) -> tuple[Any, int]:
    return (0 if place.value is None else place.value, place.run_id)


def _follows(place: Place, after: Place, order: Order) -> bool:
    if place.stretch != after.stretch:
        return place.stretch > after.stretch
    this, that = _sort_key(place), _sort_key(after)
    return this < that if order.descending else this > that
