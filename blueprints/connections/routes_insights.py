"""The schedules of a person's connections brought in line, as the older scheduler's API has it."""

from typing import Any

from app.http.blueprint import ApiBlueprint
from app.http.endpoint import creates, fails, returns
from app.http.gate import current_actor
from app.http.resources import resources
from blueprints.connections.schemas_insights import InsightsReconciled, InsightTasksMade
from services.connections.provision import ensure_all
from services.connections.reconcile import Reconciled, reconcile_person

insights = ApiBlueprint("connection_insights", __name__, url_prefix="/api/scheduler")
MISSING = {404: "There is no such person, or it is not you."}


@insights.post("/platform-insights/<user_id>/ensure-tasks")
@creates
@returns(InsightTasksMade())
@fails(MISSING)
def ensure_insight_tasks(user_id: str) -> dict[str, Any]:
    """Make the schedules that the connections of a person lack; those that are there stay."""
    numbers = ensure_all(resources().database, current_actor(), user_id)
    made = {"created": len(numbers), "schedule_ids": numbers}
    return {"success": True, "user_id": user_id, **made}


@insights.post("/platform-insights/reconcile/<user_id>")
@creates
@returns(InsightsReconciled())
@fails(MISSING)
def reconcile_insight_tasks(user_id: str) -> Reconciled:
    """Make what the connections of a person lack, and archive what has no connection any more."""
    return reconcile_person(resources().jobs, current_actor(), user_id)
