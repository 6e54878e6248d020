"""The older orders: run a task now, try a visit again. Neither waits for the work."""

from typing import Any

from app.http.blueprint import ApiBlueprint
from app.http.endpoint import body, creates, fails, returns
from app.http.gate import current_actor
from app.http.resources import resources
from blueprints.scheduler.overview.schemas_orders import (
    RetryAnswer,
    TotalsReconciled,
    TriggerAnswer,
    VisitRetryBody,
)
from services.scheduler.overview import orders
from services.scheduler.overview.totals import reconcile_totals

task_orders = ApiBlueprint("scheduler_orders", __name__, url_prefix="/api/scheduler")
REFUSALS = {
    403: "Shared with you to read.",
    404: "There is no such task, it is of another type, or it is not shared with you.",
    409: "An execution is open, or it is archived.",
}


@task_orders.post("/tasks/<task_type>/<task_id>/manual-trigger")
@creates
@returns(TriggerAnswer(), 202)
@fails({**REFUSALS, 422: "The type is not known."})
def trigger_one_task(task_type: str, task_id: str) -> dict[str, Any]:
    """Begin an execution at once, outside the cadence; what rests is probed by it."""
    return orders.trigger_task(resources().database, current_actor(), task_type, task_id)


@task_orders.post("/dashboard/cumulative-stats/reconcile")
@creates
@returns(TotalsReconciled())
def reconcile_cumulative_stats() -> dict[str, Any]:
    """Hold the caller's own totals of the last 30 days against the executions, and mend them."""
    return reconcile_totals(resources().database, current_actor())


@task_orders.post("/website-analysis/retry/<task_id>")
@creates
@body(VisitRetryBody())
@returns(RetryAnswer(), 202)
@fails(REFUSALS)
def retry_one_visit(task_id: str, body: dict[str, bool]) -> dict[str, Any]:
    """Visit a page again at once."""
    return orders.retry_visit(resources().database, current_actor(), task_id, **body)
