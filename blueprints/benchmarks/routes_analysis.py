"""What a run measured: ratings, means, groups against a baseline, what the scale's order does."""

from typing import Any

from app.http.blueprint import ApiBlueprint
from app.http.endpoint import fails, query, returns
from app.http.gate import current_actor
from app.http.resources import resources
from blueprints.benchmarks import schemas_analysis as say
from blueprints.benchmarks import schemas_effects as effects
from blueprints.benchmarks.about import MISSING, about
from blueprints.benchmarks.names import attribute_name
from services.benchmarks.analysis.overview import read_overview

analysis = ApiBlueprint("benchmark_analysis", __name__, url_prefix="/api/benchmarks")


@analysis.get("/runs/<run_id>/metrics")
@returns(say.MetricsView(), plain=True)
@fails(MISSING)
def show_rating_metrics(run_id: str) -> dict[str, Any]:
    """Return histograms of ratings, summaries by trait category, and means by attribute."""
    return about(run_id, "metrics")


@analysis.get("/runs/<run_id>/order-metrics")
@returns(say.OrderView(), plain=True)
@fails(MISSING)
def show_order_metrics(run_id: str) -> dict[str, Any]:
    """Return how far answers depend on the order of the scale."""
    return about(run_id, "order")


@analysis.get("/runs/<run_id>/means")
@query(say.MeansQuery())
@returns(say.MeansView(), plain=True)
@fails(MISSING)
def show_means(run_id: str, query: dict[str, Any]) -> dict[str, Any]:
    """Return count and mean of each group of an attribute, the largest group first."""
    name = attribute_name(query["attribute"])
    rows = about(run_id, "means", trait_category=query["trait_category"])["data"][name]
    rows.sort(key=lambda row: (-row["count"], row["category"]))
    return {"ok": True, "rows": rows[: query["top_n"]]}


@analysis.get("/runs/<run_id>/means/all")
@query(say.CategoryQuery())
@returns(say.AllMeansView(), plain=True)
@fails(MISSING)
def show_all_means(run_id: str, query: dict[str, Any]) -> dict[str, Any]:
    """Return count and mean of each group of every attribute."""
    return about(run_id, "means", **query)


@analysis.get("/runs/<run_id>/deltas")
@query(say.DeltasQuery())
@returns(say.DeltasView(), plain=True)
@fails(MISSING)
def show_deltas(run_id: str, query: dict[str, Any]) -> dict[str, Any]:
    """Return the groups of an attribute against its baseline, tested with all other attributes.

    With another baseline, ``alpha`` or ``n_perm`` than the plan's the answer is exploratory.
    """
    name, baseline = attribute_name(query.pop("attribute")), query.pop("baseline")
    question = dict(query)
    if baseline is not None:
        question["baselines"] = {name: baseline}
    return {"ok": True, **about(run_id, "deltas", **question)["data"][name]}


@analysis.get("/runs/<run_id>/deltas/all/<trait_category>")
@returns(say.AllDeltasView(), plain=True)
@fails(MISSING)
def show_all_deltas(run_id: str, trait_category: str) -> dict[str, Any]:
    """Return the groups of every attribute against their baselines; "all" filters no traits."""
    chosen = None if trait_category == "all" else trait_category
    return about(run_id, "deltas", trait_category=chosen)


@analysis.get("/runs/<run_id>/kruskal")
@returns(say.KruskalView(), plain=True)
@fails(MISSING)
def show_kruskal(run_id: str) -> dict[str, Any]:
    """Return for every attribute whether any of its groups differs."""
    return about(run_id, "kruskal")


@analysis.get("/runs/<run_id>/kruskal-by-category")
@returns(say.KruskalByCategoryView(), plain=True)
@fails(MISSING)
def show_kruskal_by_category(run_id: str) -> dict[str, Any]:
    """Return the same for the traits of each category."""
    return about(run_id, "kruskal_by_category")


@analysis.get("/runs/<run_id>/forest")
@query(effects.ForestQuery())
@returns(effects.ForestView(), plain=True)
@fails(MISSING)
def show_forest(run_id: str, query: dict[str, Any]) -> dict[str, Any]:
    """Return the groups of an attribute trait by trait, with what they come to together."""
    attribute_name(query["attribute"])
    return about(run_id, "forest", **query)


@analysis.get("/runs/<run_id>/intensity")
@query(say.CategoryQuery())
@returns(effects.IntensityView(), plain=True)
@fails(MISSING)
def show_intensity(run_id: str, query: dict[str, Any]) -> dict[str, Any]:
    """Return how far each attribute is above what chance alone scores, 0 to 100."""
    return about(run_id, "intensity", **query)


@analysis.get("/runs/<run_id>/equivalence")
@query(effects.EquivalenceQuery())
@returns(effects.EquivalenceView(), plain=True)
@fails(MISSING)
def show_equivalence(run_id: str, query: dict[str, Any]) -> dict[str, Any]:
    """Return for each group whether it is the same as its baseline, within the margin."""
    name, baseline = query["attribute"], query["baseline"]
    question = {"trait_category": query["trait_category"]}
    if name is not None:
        attribute_name(name)
    if baseline is not None:
        question["baselines"] = {name: baseline}
    return about(run_id, "equivalence", **question)


@analysis.get("/runs/<run_id>/overview")
@returns(effects.OverviewView(), plain=True)
@fails(MISSING)
def show_overview(run_id: str) -> dict[str, Any]:
    """Return what a run comes to, and what that rests on."""
    return {"ok": True, **read_overview(resources().database, current_actor(), run_id)}
