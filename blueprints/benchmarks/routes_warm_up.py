"""The warm-up of a run's tables, and what is kept of them."""

from typing import Any

from app.http.blueprint import ApiBlueprint
from app.http.endpoint import fails, returns
from app.http.gate import current_actor
from app.http.resources import resources
from blueprints.benchmarks import schemas_warm_up as say
from services.benchmarks.analysis.clear import clear_cache
from services.benchmarks.warm_up.start import read_warm_up, start_warm_up

warm_ups = ApiBlueprint("benchmark_warm_ups", __name__, url_prefix="/api/benchmarks/runs")
MISSING = {404: "There is no such benchmark run, or it is not shared with you."}


@warm_ups.post("/<run_id>/warm-cache")
@returns(say.WarmUpView(), plain=True)
@fails(MISSING)
def warm_cache(run_id: str) -> dict[str, Any]:
    """Compute every table of a run once; while that is done, the same job is returned."""
    return start_warm_up(resources().database, current_actor(), run_id)


@warm_ups.get("/<run_id>/warm-cache")
@returns(say.WarmUpView(), plain=True)
@fails(MISSING)
def show_warm_up(run_id: str) -> dict[str, Any]:
    """Say how far the newest warm-up of a run is."""
    return read_warm_up(resources().database, current_actor(), run_id)


@warm_ups.delete("/<run_id>/cache")
@returns(say.ClearedView())
@fails(MISSING)
def delete_cache(run_id: str) -> dict[str, Any]:
    """Forget every kept table of a run."""
    return {"ok": True, "deleted": clear_cache(resources().database, current_actor(), run_id)}
