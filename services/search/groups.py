"""Runs put together by a parameter, a tag or an attribute, with means and their intervals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.db.engine import Database
from app.errors import Invalid
from app.models.run import RunResult
from services.runs.goals import goals_of_names
from services.search.filter.errors import FilterError
from services.search.filter.names import name_of
from services.search.filter.tree import Identifier
from services.search.filter.words import nearest
from services.search.matching import LIMITS, matching
from services.search.query import Key, RunsQuery
from services.statistics.interval import Interval
from services.tracking.catalogue import canonical_name

ATTRIBUTES = (
    "training_mode",
    "task",
    "status",
    "origin",
    "visibility",
    "name",
    "owner",
    "dataset",
    "seed",
)
MAX_GROUPS = 1_000
MAX_METRICS = 20


@dataclass(frozen=True, kw_only=True)
class GroupsQuery:
    """How to put runs together; ``value`` is what counts of a metric: best, last or result."""

    runs: RunsQuery
    by: Key
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
    """All groups, the largest first.

    ``goals`` has the direction of each metric, ``measured_on`` the rows that results are of, and
    ``num_datasets`` on how many data sets the runs are that have the metric: runs without one
    count as one more.
    """

    by: str
    groups: Sequence[Group]
    truncated: bool
    goals: Mapping[str, str | None]
    measured_on: Mapping[str, Sequence[str]]
    num_datasets: Mapping[str, int]


def group_runs(database: Database, actor: Actor, query: GroupsQuery) -> Groups:
    """Return the groups of the matching runs that the actor may see."""
    from services.search.group_planner import Grouped

    metrics = [_metric(name, query.value) for name in dict.fromkeys(query.metrics)]
    with database.search() as session:
        matching_runs = matching(session, actor, query.runs)
        grouped = Grouped.of(session, matching_runs, query.by.identifier)
        members = grouped.members(MAX_GROUPS + 1)
        shown = members[:MAX_GROUPS]
        values = [value for value, _ in shown]
        figures = grouped.figures(metrics, values) if metrics and values else {}
        names = [metric.name for metric in metrics]
        goals = goals_of_names(session, names) if names else {}
        results = names if names and query.value == "result" else []
        measured_on = _rows_of_results(session, results, grouped.ids.tolist()) if results else {}
    groups = [
        Group(
            value=value,
            count=count,
            metrics={name: one.intervals[place] for name, one in figures.items()},
        )
        for place, (value, count) in enumerate(shown)
    ]
    return Groups(
        by=query.by.text,
        groups=groups,
        truncated=len(members) > MAX_GROUPS,
        goals=goals,
        measured_on=measured_on,
        num_datasets={name: one.num_datasets for name, one in figures.items()},
    )


def _rows_of_results(
    session: Session, names: Sequence[str], ids: Sequence[int]
) -> dict[str, list[str]]:
    """Return the kinds of rows of each result; of very many runs those of any run."""
    rows_by_metric: dict[str, list[str]] = {name: [] for name in names}
    mine = [RunResult.run_id.in_(ids)] if len(ids) <= LIMITS.few else []
    query = select(RunResult.metric, RunResult.measured_on).distinct()
    for name, rows in session.execute(query.where(RunResult.metric.in_(names), *mine)):
        rows_by_metric[name].append(rows)
    return {name: sorted(rows) for name, rows in rows_by_metric.items()}


def _metric(name: str, value: str) -> Identifier:
    if value == "result":
        return Identifier(kind="results", name=canonical_name(name), part="value")
    return Identifier(kind="metrics", name=name, part=value)


def group_key(by: str) -> Key:
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
    if named.kind in {"metrics", "results"} or (
        named.kind == "attributes" and named.name not in ATTRIBUTES
    ):
        detail = f"Runs are not grouped by {by[:60]!r}{nearest(by, ATTRIBUTES)}"
        raise Invalid(detail, errors={"by": [detail, f"There are {', '.join(known)}."]})
    return Key(text=by, identifier=named)
