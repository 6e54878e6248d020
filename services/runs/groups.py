"""Runs put together by a parameter, a tag or an attribute, with means and their intervals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_
from sqlalchemy.orm import Session, aliased

from app.auth.actor import Actor
from app.db.engine import Database
from app.errors import Invalid
from app.models.dataset import Dataset
from app.models.run import Run
from app.models.series import Series
from app.models.user import User
from services.runs.domain.filter.errors import FilterError
from services.runs.domain.filter.names import name_of
from services.runs.domain.filter.tree import Identifier
from services.runs.domain.filter.words import nearest
from services.runs.domain.interval import Interval, t_interval
from services.runs.search.compiler import row_conditions, row_table
from services.runs.search.matching import Matching, matching
from services.runs.search.wanted import RunsWanted

ATTRIBUTES = ("training_mode", "status", "origin", "visibility", "name", "owner", "dataset", "seed")
MOST_GROUPS = 1_000
MOST_METRICS = 20


@dataclass(frozen=True, kw_only=True)
class GroupsWanted:
    """How to put runs together; ``value`` is which number of a metric counts, best or last."""

    runs: RunsWanted
    by: str
    metrics: tuple[str, ...] = ()
    value: str = "best"


@dataclass(frozen=True, kw_only=True)
class Group:
    """The runs of one value; None is for those that have none."""

    value: str | None
    count: int
    metrics: Mapping[str, Interval | None]


@dataclass(frozen=True, kw_only=True)
class Groups:
    """All groups, the largest first."""

    by: str
    groups: Sequence[Group]
    truncated: bool


def group_runs(database: Database, actor: Actor, wanted: GroupsWanted) -> Groups:
    """Return the groups of the matching runs that the actor may see.

    Raises Invalid for what runs are not grouped by.
    """
    identifier = group_identifier(wanted.by)
    with database.read() as session:
        found = matching(session, actor, wanted.runs)
        groups = _members(session, found, identifier)
        values = _values(session, found, wanted)
    ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0] is None, item[0]))
    return Groups(
        by=wanted.by,
        groups=[_group(value, ids, values, wanted.metrics) for value, ids in ordered[:MOST_GROUPS]],
        truncated=len(ordered) > MOST_GROUPS,
    )


def group_identifier(by: str) -> Identifier:
    """Return what ``by`` means.

    Raises Invalid, naming the nearest word, for what runs are not grouped by.
    """
    known = (*ATTRIBUTES, "params.<name>", "tags.<name>")
    try:
        named = name_of(by)
    except FilterError as error:
        reason = error.reason if error.reason.endswith("?") else f"{error.reason.rstrip('.')}."
        detail = f"Runs are not grouped by {by[:60]!r}: {reason}"
        raise Invalid(detail, errors={"by": [detail, f"There are {', '.join(known)}."]}) from None
    if named.kind == "metrics" or (named.kind == "attributes" and named.name not in ATTRIBUTES):
        detail = f"Runs are not grouped by {by[:60]!r}{nearest(by, ATTRIBUTES)}"
        raise Invalid(detail, errors={"by": [detail, f"There are {', '.join(known)}."]})
    return named


def _members(
    session: Session, found: Matching, identifier: Identifier
) -> dict[str | None, list[int]]:
    groups: dict[str | None, list[int]] = {}
    for run_id, value in session.execute(_by_run(found, identifier)):
        groups.setdefault(None if value is None else str(value), []).append(run_id)
    return groups


def _by_run(found: Matching, identifier: Identifier) -> Select[Any]:
    if identifier.kind != "attributes":
        row = row_table(identifier)
        on_row = and_(row.run_id == Run.id, *row_conditions(identifier, row))
        return found.select(Run.id, row.value).outerjoin(row, on_row)
    if identifier.name == "owner":
        return found.select(Run.id, User.name).join(User, User.id == Run.owner_id)
    if identifier.name == "dataset":
        return found.select(Run.id, Dataset.name).outerjoin(Dataset, Dataset.id == Run.dataset_id)
    return found.select(Run.id, getattr(Run, identifier.name))


def _values(session: Session, found: Matching, wanted: GroupsWanted) -> dict[str, dict[int, float]]:
    values: dict[str, dict[int, float]] = {name: {} for name in wanted.metrics}
    if not wanted.metrics:
        return values
    row = aliased(Series)
    told = getattr(row, wanted.value)
    query = found.select(row.run_id, row.name, told).join(row, row.run_id == Run.id)
    query = query.where(row.client == "", row.name.in_(wanted.metrics), told.is_not(None))
    for run_id, name, value in session.execute(query):
        values[name][run_id] = value
    return values


def _group(
    value: str | None,
    ids: Sequence[int],
    values: Mapping[str, Mapping[int, float]],
    metrics: Sequence[str],
) -> Group:
    return Group(
        value=value,
        count=len(ids),
        metrics={
            name: t_interval([values[name][run_id] for run_id in ids if run_id in values[name]])
            for name in metrics
        },
    )
