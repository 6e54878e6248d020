"""A study as one row of the list: the first of its runs in the order stands for all of them.

The list with studies as rows is the plain list without every run that comes after another one of
its study. So paging, order and filters mean the same in both; only the total is smaller.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sqlalchemy import Select, and_, bindparam
from sqlalchemy.orm import Session

from app.auth.access import visible
from app.auth.actor import Actor
from app.models.run import Run
from app.models.study import Study, StudyRun
from services.search.matching import Matching
from services.search.order import Order
from services.search.places import Place, in_order


@dataclass(frozen=True, kw_only=True)
class StudyMember:
    """A matching run of a study; ``arm`` says how it was trained."""

    run_id: int
    study_id: int
    arm: str
    status: str


@dataclass(frozen=True, kw_only=True)
class StudyRows:
    """The matching runs with one run per study, and the members of each study by its id.

    ``num_hidden`` counts the runs that another one of their study stands for.
    """

    matching: Matching
    members: dict[int, list[StudyMember]]
    num_hidden: int


def study_rows(session: Session, actor: Actor, matching: Matching, order: Order) -> StudyRows:
    """Return the matching runs with one run for each study that the actor may see.

    One statement, whatever the number of studies. Of what the actor may not see, the runs stand
    for themselves; so does nothing else of a study betray it.
    """
    rows = session.execute(_members(matching, actor, order)).all()
    places: dict[int, Place] = {}
    members: dict[int, list[StudyMember]] = {}
    for run_id, status, study_id, arm, *values in rows:
        if run_id in places:  # a run of two studies is shown in the older one
            continue
        places[run_id] = Place.by_values(run_id, values)
        one = StudyMember(run_id=run_id, study_id=study_id, arm=arm, status=status)
        members.setdefault(study_id, []).append(one)
    study_of = {one.run_id: one.study_id for runs in members.values() for one in runs}
    shown: set[int] = set()
    hidden: list[int] = []
    for place in in_order(places.values(), order):
        study_id = study_of[place.run_id]
        if study_id in shown:
            hidden.append(place.run_id)
        shown.add(study_id)
    return StudyRows(matching=_without(matching, hidden), members=members, num_hidden=len(hidden))


def _members(matching: Matching, actor: Actor, order: Order) -> Select[Any]:
    columns = (Run.id, Run.status, StudyRun.study_id, StudyRun.arm, *order.values)
    statement = (
        matching.select(*columns)
        .join(StudyRun, StudyRun.run_id == Run.id)
        .join(Study, Study.id == StudyRun.study_id)
        .where(visible(Study, actor))
        .order_by(StudyRun.study_id, Run.id)
    )
    if order.row is None:
        return statement
    return statement.outerjoin(order.row, and_(order.row.run_id == Run.id, *order.row_conditions))


def _without(matching: Matching, hidden: Sequence[int]) -> Matching:
    """Return the matching runs but for the hidden ones."""
    if not hidden:
        return matching
    # written into the statement: there may be more of them than a database takes parameters
    ids: Any = bindparam("hidden", hidden, expanding=True, literal_execute=True, unique=True)
    kept = Run.id.not_in(ids)
    left = None if matching.ids is None else matching.ids[~np.isin(matching.ids, hidden)]
    return replace(
        matching,
        always=(*matching.always, kept),
        unindexed=(*matching.unindexed, kept),
        ids=left,
    )
