"""Runs put together by a parameter, a tag or an attribute, with means and their intervals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.auth.actor import Actor
from app.db.engine import Database
from app.errors import Invalid
from services.search.filter.errors import FilterError
from services.search.filter.names import name_of
from services.search.filter.tree import Identifier
from services.search.filter.words import nearest
from services.search.group_planner import Grouped
from services.search.matching import matching
from services.search.query import RunsWanted
from services.statistics.interval import Interval
from services.statistics.spread import intervals

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
    by = group_identifier(wanted.by)
    metrics = [
        Identifier(kind="metrics", name=name, part=wanted.value)
        for name in dict.fromkeys(wanted.metrics)
    ]
    with database.search() as session:
        found = matching(session, actor, wanted.runs)
        grouped = Grouped.of(session, found, by)
        members = grouped.members(MOST_GROUPS + 1)
        shown = members[:MOST_GROUPS]
        values = [value for value, _ in shown]
        spreads = grouped.spreads(metrics, values) if metrics and values else {}
    told = {name: intervals(of_groups) for name, of_groups in spreads.items()}
    groups = [
        Group(value=value, count=count, metrics={name: told[name][place] for name in told})
        for place, (value, count) in enumerate(shown)
    ]
    return Groups(by=wanted.by, groups=groups, truncated=len(members) > MOST_GROUPS)


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
