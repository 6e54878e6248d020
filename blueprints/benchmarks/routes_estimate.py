"""What a run would come to and what its server does, before it is started."""

from typing import Any

from app.http.blueprint import ApiBlueprint
from app.http.endpoint import body, fails, returns
from app.http.gate import current_actor
from app.http.resources import resources
from blueprints.benchmarks.schemas_estimate import (
    EstimateBody,
    ModelProbeView,
    ProbeBody,
    RunEstimateView,
)
from services.benchmarks.probes.start import read_probe, start_probe
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


@estimates.post("/probe")
@body(ProbeBody())
@returns(ModelProbeView())
@fails({403: "A viewer reads.", 404: "There is no such data set."})
def probe_benchmark_model(body: dict[str, Any]) -> dict[str, Any]:
    """Try the server of a model with prompts of a run; look at the model's probe for the result.

    While one of the model runs, that one is answered.
    """
    return start_probe(resources().database, current_actor(), **body)


@estimates.get("/models/<model_id>/probe")
@returns(ModelProbeView())
@fails({404: "There is no such model."})
def show_model_probe(model_id: str) -> dict[str, Any]:
    """Return what the newest probe of a model came to."""
    return read_probe(resources().database, current_actor(), model_id)
