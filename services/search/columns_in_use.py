"""The names that a search can use: what the runs that the caller may see really hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from app.auth.actor import Actor
from app.db.engine import Database
from app.models.label import RunParam, RunTag
from app.models.run import Run, RunResult
from app.models.series import Series
from services.runs.goals import goals_of_names
from services.search.filter.words import ATTRIBUTES
from services.search.matching import Matching, matching
from services.search.query import RunsQuery

MAX_NAMES = 1_000
MAX_SAMPLE = 200  # runs


@dataclass(frozen=True, kw_only=True)
class ColumnsInUse:
    """Names by kind, each list sorted; ``truncated`` says that a list was cut.

    ``goals`` has the direction of every metric and result named.
    """

    attributes: Sequence[str]
    metrics: Sequence[str]
    params: Sequence[str]
    tags: Sequence[str]
    results: Sequence[str]
    goals: Mapping[str, str | None]
    truncated: bool


def columns_in_use(database: Database, actor: Actor, query: RunsQuery) -> ColumnsInUse:
    """Return the names in use in the runs that match and that the actor may see."""
    with database.search() as session:
        matching_runs = matching(session, actor, query)
        sample = matching_runs.sample(session, MAX_SAMPLE)
        complete = matching_runs.count(session) <= len(sample)
        names = [
            _names(session, matching_runs, model, sample, complete=complete)
            for model in (Series, RunResult, RunParam, RunTag)
        ]
        metrics, results, params, tags = (one[:MAX_NAMES] for one in names)
        goals = goals_of_names(session, [*metrics, *results])
    return ColumnsInUse(
        attributes=list(ATTRIBUTES),
        metrics=metrics,
        params=params,
        tags=tags,
        results=results,
        goals=goals,
        truncated=any(len(one) > MAX_NAMES for one in names),
    )


def _names(
    session: Session, matching_runs: Matching, model: Any, sample: Sequence[int], *, complete: bool
) -> list[str]:
    """Return the names in use: those of a sample, which mostly has all, then each other one."""
    own = [model.client == ""] if model is Series else []
    statement = select(model.name).where(model.run_id.in_(sample), *own).distinct()
    seen = set(session.scalars(statement))
    if not complete:
        known = _every_name(model)
        row = aliased(model)
        conditions = [row.name == known.c.name, row.run_id == Run.id, *matching_runs.conditions()]
        if model is Series:
            conditions.append(row.client == "")
        more = known.c.name.not_in(list(seen)[:MAX_NAMES])
        used = select(known.c.name).where(known.c.name.is_not(None), more, _exists(conditions))
        seen.update(session.scalars(used.limit(MAX_NAMES + 1)))
    return sorted(seen)[: MAX_NAMES + 1]


def _exists(conditions: list[ColumnElement[bool]]) -> ColumnElement[bool]:
    """Return whether there is one: the limit keeps PostgreSQL from joining all to find out."""
    return select(Run.id).where(*conditions).limit(1).scalar_subquery().is_not(None)


def _every_name(model: Any) -> Any:
    """Return every name once: from each, one step in the index leads to the next."""
    names = select(func.min(model.name).label("name")).cte("names", recursive=True)
    later = aliased(model)
    following = select(func.min(later.name)).where(later.name > names.c.name).scalar_subquery()
    return names.union_all(select(following).where(names.c.name.is_not(None)))
