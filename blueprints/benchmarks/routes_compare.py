"""Benchmark runs side by side; nothing is changed, so whoever reads may compare."""

from typing import Any

from quart import Response

from app.db.pages import Page
from app.http.blueprint import ApiBlueprint
from app.http.endpoint import body, fails, raw, returns
from app.http.gate import current_actor
from app.http.resources import resources
from blueprints.benchmarks import schemas_compare as say
from blueprints.benchmarks import schemas_models_compared as models
from blueprints.benchmarks.names import attribute_name
from blueprints.benchmarks.routes_exports import as_csv
from services.benchmarks.analysis.compare import (
    compare_intensities,
    compare_metrics,
    compare_orders,
)
from services.benchmarks.comparison.items import SharedItemView, list_shared_items
from services.benchmarks.comparison.models import compare_model_groups, compare_models
from services.benchmarks.exports.intensities import intensity_export

compare = ApiBlueprint("benchmark_compare", __name__, url_prefix="/api/benchmarks/runs/compare")
MISSING = {404: "One of the runs does not exist, or is not shared with you."}
NOTHING_SHARED = {409: "The runs are about other personas, or have no trait in common."}


@compare.post("/metrics")
@body(say.CompareBody())
@returns(say.PooledView(), plain=True)
@fails(MISSING)
def compare_rating_metrics(body: dict[str, Any]) -> dict[str, Any]:
    """Return the raw ratings of several runs together."""
    return {"ok": True, **compare_metrics(resources().database, current_actor(), body["run_ids"])}


@compare.post("/order-metrics")
@body(say.CompareBody())
@returns(say.ComparedOrdersView(), plain=True)
@fails(MISSING)
def compare_order_metrics(body: dict[str, Any]) -> dict[str, Any]:
    """Return the order metrics of each run, and their averages."""
    return {"ok": True, **compare_orders(resources().database, current_actor(), body["run_ids"])}


@compare.post("/deltas")
@body(say.CompareCategoryBody())
@returns(say.ComparedIntensitiesView(), plain=True)
@fails(MISSING)
def compare_bias_intensities(body: dict[str, Any]) -> dict[str, Any]:
    """Return the calibrated intensity of each attribute, run by run."""
    return {"ok": True, **compare_intensities(resources().database, current_actor(), **body)}


@compare.post("/bias-intensity-csv")
@body(say.CompareCategoryBody())
@raw("text/csv")
@fails(MISSING)
def compare_intensities_as_csv(body: dict[str, Any]) -> Response:
    """Download the calibrated intensities of several runs as CSV."""
    rows = compare_intensities(resources().database, current_actor(), **body)["runs"]
    return as_csv(intensity_export(rows))


@compare.post("/models")
@body(models.CompareModelsBody())
@returns(models.ComparedModelsView(), plain=True)
@fails(MISSING | NOTHING_SHARED)
def compare_models_on_shared_items(body: dict[str, Any]) -> dict[str, Any]:
    """Return each two models on the items that both answered: ratings, bias, consistency."""
    attribute_name(body["attribute"])
    return {"ok": True, **compare_models(resources().database, current_actor(), **body)}


@compare.post("/groups")
@body(models.CompareTwoBody())
@returns(models.ComparedGroupsView(), plain=True)
@fails(MISSING | NOTHING_SHARED)
def compare_groups_of_two_models(body: dict[str, Any]) -> dict[str, Any]:
    """Return whether one of two models is more biased: every group, as one family."""
    database, actor = resources().database, current_actor()
    return {"ok": True, **compare_model_groups(database, actor, body["run_ids"])}


@compare.post("/items")
@body(models.SharedItemsBody())
@returns(models.SharedItemPage())
@fails(MISSING | NOTHING_SHARED)
def list_items_of_two_models(body: dict[str, Any]) -> Page[SharedItemView]:
    """List items that both runs settled, with both answers side by side."""
    return list_shared_items(resources().database, current_actor(), **body)
