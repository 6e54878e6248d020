"""Runs side by side."""

from app.http.endpoint import fails, query, returns
from app.http.gate import current_actor
from app.http.resources import resources
from blueprints.runs.routes import runs
from blueprints.runs.schemas_compare import CompareQuery, ComparisonView
from services.runs.results.compare import Comparison, ComparisonQuery, compare_runs


@runs.get("/compare")
@query(CompareQuery())
@returns(ComparisonView())
@fails({404: "One of the runs does not exist, or it is not shared with you."})
def compare(query: ComparisonQuery) -> Comparison:
    """Compare two to twenty runs: parameters that differ first, metrics with differences."""
    return compare_runs(resources().database, current_actor(), query)
