"""What somebody asks of the list of runs: parsed at the edge, never a text to be read again."""

from dataclasses import dataclass

from app.errors import Invalid
from services.search.filter.errors import FilterError, pointed
from services.search.filter.tree import Identifier, Node, comparisons
from services.search.moments import check_moments

ARCHIVED = ("false", "true", "all")


@dataclass(frozen=True, kw_only=True)
class ColumnsQuery:
    """Which metrics, results, parameters and tags every run brings; None means all of them.

    The results of the catalogue's metrics come with every run. ``auto`` leaves the choice to what
    the matching runs have.
    """

    metrics: tuple[str, ...] | None = ()
    results: tuple[str, ...] | None = ()
    params: tuple[str, ...] | None = ()
    tags: tuple[str, ...] | None = ()
    auto: bool = False


NO_COLUMNS = ColumnsQuery()


@dataclass(frozen=True, kw_only=True)
class Key:
    """What runs are sorted or grouped by: ``text`` as it was typed, and what it names."""

    text: str
    identifier: Identifier


START_TIME = Key(text="start_time", identifier=Identifier(kind="attributes", name="start_time"))


@dataclass(frozen=True, kw_only=True)
class RunsQuery:
    """Which runs, in which order, and which part of them; no filter keeps all.

    ``study_id`` keeps the runs of one study; ``group_studies`` makes each study one row.
    """

    status: str | None = None
    training_mode: str | None = None
    archived: str = "false"
    filter: Node | None = None
    study_id: int | None = None
    group_studies: bool = False
    sort_by: Key = START_TIME
    descending: bool = True
    limit: int = 100
    offset: int = 0
    after: str | None = None
    columns: ColumnsQuery = NO_COLUMNS


def read_filter(text: str) -> Node | None:
    """Return the tree of a filter, None for an empty one.

    Raises Invalid, pointing at the column of the fault.
    """
    if not text.strip():
        return None
    from services.search.filter.parse import parse  # the web process starts without it

    try:
        node = parse(text)
        for comparison in comparisons(node) if node else ():
            check_moments(comparison)
    except FilterError as error:
        detail = f"The filter cannot be read: {error}."
        raise Invalid(detail, errors={"filter": pointed(text, error)}) from None
    return node
