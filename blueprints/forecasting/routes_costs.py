"""Prices of errors, and what the errors of a model cost."""

from typing import Any

from app.http.blueprint import ApiBlueprint
from app.http.endpoint import body, creates, fails, query, returns
from app.http.gate import current_actor
from app.http.resources import resources
from blueprints.forecasting import schemas_costs as say
from services.forecasting.costs.prices import save_prices
from services.forecasting.costs.read import ErrorCosts, read_costs

costs = ApiBlueprint("forecasting_costs", __name__, url_prefix="/api/training")
MISSING = {404: "There is no such session, or it has no measured model of that run."}


@costs.post("/sessions/<session_id>/prices")
@creates
@body(say.PricesBody())
@returns(say.PricesAnswer())
@fails(MISSING | {400: "Which price or output is none, and what would be right."})
def change_prices(session_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Say what errors of the outputs cost."""
    actor, database = current_actor(), resources().database
    row = save_prices(database, actor, session_id, body["currency"], body["outputs"])
    return {"wire_id": row.wire_id, "prices": row.prices or {}}


@costs.get("/sessions/<session_id>/error-costs")
@query(say.CostsQuery())
@returns(say.CostsAnswer())
@fails(MISSING)
def show_costs(session_id: str, query: dict[str, Any]) -> ErrorCosts:
    """Return how large the errors of a model are by side, and what they cost."""
    parts = resources()
    return read_costs(parts.database, parts.store, current_actor(), session_id, query["run_id"])
