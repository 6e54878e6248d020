"""Forecasts at many reference times at once."""

from typing import Any

from app.http.blueprint import ApiBlueprint
from app.http.endpoint import body, fails, returns
from app.http.gate import current_actor
from app.http.resources import resources
from blueprints.forecasting import schemas_batch as say
from blueprints.forecasting.routes_forecast import folder_of_children, in_a_slot
from services.forecasting.prediction.batch import BatchRequest, ForecastBatch
from services.forecasting.prediction.batch import forecast_batch as batch_of

batches = ApiBlueprint("forecasting_batches", __name__, url_prefix="/api/training")
MISSING = {404: "There is no such session, or nothing of it is trained."}


@batches.post("/forecast-batch/<session_id>")
@body(say.BatchBody(), large=True)
@returns(say.BatchAnswer())
@fails(MISSING | {400: "Which time is none, or how many there may be."})
async def forecast_batch(session_id: str, body: dict[str, Any]) -> ForecastBatch:
    """Return forecasts at several reference times, with intervals and the truth where known."""
    parts, actor = resources(), current_actor()
    return await in_a_slot(
        batch_of,
        parts.database,
        parts.store,
        actor,
        session_id,
        BatchRequest(**body),
        folder_of_children(),
    )
