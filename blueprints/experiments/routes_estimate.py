"""How long a training would about take."""

from typing import Any

from app.http.endpoint import fails, query, returns
from app.http.gate import current_actor
from app.http.resources import resources
from blueprints.experiments.routes import WRONG, experiments
from blueprints.experiments.schemas_estimate import EstimateParameters, TimeEstimateView
from services.runs.estimate import EstimateQuery, TimeEstimate, estimate_time


@experiments.get("/estimate")
@query(EstimateParameters())
@returns(TimeEstimateView())
@fails({404: WRONG[404]})
def get_estimate(query: dict[str, Any]) -> TimeEstimate:
    """Estimate the time of a training from earlier ones on the same data with the same network."""
    return estimate_time(resources().database, current_actor(), EstimateQuery(**query))
