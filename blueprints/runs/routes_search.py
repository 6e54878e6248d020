"""Searching runs: the list, and what it can be searched by."""

from app.http.endpoint import query, returns
from app.http.gate import current_actor
from app.http.resources import resources
from blueprints.runs.routes import runs
from blueprints.runs.schemas_search import ListQuery, RunList
from services.runs.find import RunPage, find_runs
from services.runs.search.wanted import RunsWanted


@runs.get("/list")
@query(ListQuery())
@returns(RunList())
def list_runs(query: RunsWanted) -> RunPage:
    """List runs, the newest first."""
    return find_runs(resources().database, current_actor(), query)
