"""Searching runs: the list, and what it can be searched, grouped and selected by."""

from typing import Any

from app.http.endpoint import query, returns
from app.http.gate import current_actor
from app.http.resources import resources
from blueprints.runs.plain import plain_page
from blueprints.runs.routes import runs
from blueprints.runs.schemas_list import RunList
from blueprints.runs.schemas_search import (
    ColumnsInUseView,
    GroupsQuerySchema,
    GroupsView,
    ListQuery,
    MatchingIdsView,
    MatchingQuery,
)
from services.runs.list import find_runs
from services.search.columns_in_use import ColumnsInUse, columns_in_use
from services.search.groups import Groups, GroupsQuery, group_runs
from services.search.query import RunsQuery
from services.search.select_all import MatchingIds, select_all


@runs.get("/list")
@query(ListQuery())
@returns(RunList(), plain=True)
def list_runs(query: RunsQuery) -> dict[str, Any]:
    """List runs, the newest first, or those that a filter keeps, in any order."""
    return plain_page(find_runs(resources().database, current_actor(), query))


@runs.get("/columns")
@query(MatchingQuery())
@returns(ColumnsInUseView())
def columns(query: RunsQuery) -> ColumnsInUse:
    """Name the metrics, parameters and tags that the runs in sight really have."""
    return columns_in_use(resources().database, current_actor(), query)


@runs.get("/groups")
@query(GroupsQuerySchema())
@returns(GroupsView())
def groups(query: GroupsQuery) -> Groups:
    """Put runs together by a parameter, a tag or an attribute, with means and intervals."""
    return group_runs(resources().database, current_actor(), query)


@runs.get("/ids")
@query(MatchingQuery())
@returns(MatchingIdsView())
def matching_runs(query: RunsQuery) -> MatchingIds:
    """Name every run that matches, to select them all."""
    return select_all(resources().database, current_actor(), query)
