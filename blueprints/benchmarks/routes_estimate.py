"""What a run would come to, before it is started."""

from typing import Any

from app.http.blueprint import ApiBlueprint
from app.http.endpoint import body, fails, returns
from app.http.gate import current_actor
from app.http.resources import resources
from blueprints.benchmarks.schemas_estimate import EstimateBody, RunEstimateView
from services.benchmarks.runs.estimate import RunEstimate, estimate_benchmark

estimates = ApiBlueprint("benchmark_estimates", __name__, url_prefix="/api/benchmarks")


@estimates.post("/estimate")
@body(EstimateBody())
@returns(RunEstimateView())
@fails({404: "There is no such data set, or no such pilot."})
def estimate_benchmark_run(body: dict[str, Any]) -> RunEstimate:
    """Say what a run would ask, cost, take and be able to show; nothing is stored or asked.

    Ratings spread as in the pilot, else as in the newest run of the model, else as assumed.
    """
    return estimate_benchmark(resources().database, current_actor(), **body)
