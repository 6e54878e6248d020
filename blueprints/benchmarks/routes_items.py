"""The items of a run one by one: what was asked, and what was answered."""

from typing import Any

from app.db.pages import Page
from app.http.blueprint import ApiBlueprint
from app.http.endpoint import fails, query, returns
from app.http.gate import current_actor
from app.http.resources import resources
from blueprints.benchmarks import schemas_items as say
from services.benchmarks.items.list import ItemView, list_items

items = ApiBlueprint("benchmark_items", __name__, url_prefix="/api/benchmarks/runs")
MISSING = {404: "There is no such benchmark run, or it is not shared with you."}


@items.get("/<run_id>/items")
@query(say.ItemQuery())
@returns(say.BenchmarkItemPage())
@fails(MISSING)
def list_benchmark_items(run_id: str, query: dict[str, Any]) -> Page[ItemView]:
    """List answers, or failures, with their prompts."""
    return list_items(resources().database, current_actor(), run_id, **query)
