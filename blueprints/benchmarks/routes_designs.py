"""Selection and design: refusals, retries, twins, repeats and wordings, two attributes at once."""

from typing import Any

from app.http.blueprint import ApiBlueprint
from app.http.endpoint import fails, query, returns
from app.http.gate import current_actor
from app.http.resources import resources
from blueprints.benchmarks import schemas_designs as say
from blueprints.benchmarks import schemas_pairs as pairs
from blueprints.benchmarks import schemas_selection as selection
from blueprints.benchmarks.about import MISSING, about
from blueprints.benchmarks.names import attribute_name
from services.benchmarks.analysis.mixed import read_mixed

designs = ApiBlueprint("benchmark_designs", __name__, url_prefix="/api/benchmarks/runs")


@designs.get("/<run_id>/refusals")
@returns(selection.RefusalsView(), plain=True)
@fails(MISSING)
def show_refusals(run_id: str) -> dict[str, Any]:
    """Return how often each group was refused, filtered or answered unreadably, with tests.

    ``sensitivity`` says how each difference changes if refusals were ratings of 1, 3 or 5.
    """
    return about(run_id, "refusals")


@designs.get("/<run_id>/retries")
@returns(selection.RetriesView(), plain=True)
@fails(MISSING)
def show_retries(run_id: str) -> dict[str, Any]:
    """Return which groups needed a second attempt, and what differs on first answers alone."""
    return about(run_id, "retries")


@designs.get("/<run_id>/counterfactual")
@returns(pairs.CounterfactualView(), plain=True)
@fails(MISSING)
def show_counterfactual(run_id: str) -> dict[str, Any]:
    """Return twin minus source where personas have twins that differ in one attribute."""
    return about(run_id, "counterfactual")


@designs.get("/<run_id>/stability")
@returns(say.StabilityView(), plain=True)
@fails(MISSING)
def show_stability(run_id: str) -> dict[str, Any]:
    """Return what order, wording, cue and repeats change about the same question."""
    return about(run_id, "stability")


@designs.get("/<run_id>/intersections")
@query(say.IntersectionQuery())
@returns(say.IntersectionsView(), plain=True)
@fails(MISSING)
def show_intersections(run_id: str, query: dict[str, Any]) -> dict[str, Any]:
    """Return the groups of two attributes at once, small ones shrunk towards the mean."""
    for name in ("first", "second"):
        attribute_name(query[name], name)
    return about(run_id, "intersections", **query)


@designs.get("/<run_id>/mixed")
@query(say.MixedQuery())
@returns(say.MixedView())
@fails(MISSING)
def show_mixed_model(run_id: str, query: dict[str, Any]) -> dict[str, Any]:
    """Return rating ~ group + (1 | person) + (1 | trait) beside the permutation test.

    It is a check and decides nothing. More than 200 persons are drawn from; ``converged`` and
    ``problem`` say whether to read it.
    """
    attribute_name(query["attribute"])
    question = {name: value for name, value in query.items() if value is not None}
    return read_mixed(resources().database, current_actor(), run_id, question)


@designs.get("/<run_id>/option-ratings")
@returns(say.OptionRatingsView(), plain=True)
@fails(MISSING)
def show_option_ratings(run_id: str) -> dict[str, Any]:
    """Return the ratings that log-probabilities imply beside the written ones, where offered."""
    return about(run_id, "options")
