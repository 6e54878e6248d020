"""Every run that matches, by id: what "select all" means beyond the page in sight."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.auth.actor import Actor
from app.db.engine import Database
from services.search.matching import matching
from services.search.query import RunsQuery

MAX_IDS = 10_000


@dataclass(frozen=True, kw_only=True)
class MatchingIds:
    """Ids in ascending order; ``total`` counts all that match, ``truncated`` says some are cut."""

    ids: Sequence[int]
    total: int
    truncated: bool


def select_all(database: Database, actor: Actor, query: RunsQuery) -> MatchingIds:
    """Return the ids of the matching runs that the actor may see."""
    with database.search() as session:
        matching_runs = matching(session, actor, query)
        ids = matching_runs.ascending(session, MAX_IDS)
        total = matching_runs.count(session) if len(ids) == MAX_IDS else len(ids)
    return MatchingIds(ids=ids, total=total, truncated=total > len(ids))
