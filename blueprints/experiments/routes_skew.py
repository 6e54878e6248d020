"""How unevenly rows would lie at the sites of a federation."""

from app.http.endpoint import body, fails, returns
from app.http.gate import current_actor
from app.http.resources import resources
from blueprints.experiments.routes import WRONG, experiments
from blueprints.experiments.schemas_skew import SkewBody
from blueprints.runs.schemas_rounds import SkewView
from services.runs.federated.skew import SkewRequest, preview_skew
from services.runs.training.data.skew import Skew


@experiments.post("/federated/skew")
@body(SkewBody())
@returns(SkewView())
@fails({status: WRONG[status] for status in (404, 422)})
def federated_skew(body: SkewRequest) -> Skew:
    """Share the rows out as a training would, and show how unlike the sites are."""
    parts = resources()
    return preview_skew(parts.database, parts.store, current_actor(), body)
