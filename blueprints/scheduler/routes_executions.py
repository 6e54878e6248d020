"""Executions: listed, shown with their attempts, cancelled, retried."""

from typing import Any

from app.http.blueprint import ApiBlueprint
from app.http.endpoint import body, creates, fails, query, returns
from app.http.gate import current_actor
from app.http.resources import resources
from blueprints.scheduler.params import read_params
from blueprints.scheduler.schemas_executions import (
    ExecutionDetailView,
    ExecutionListQuery,
    ExecutionPage,
    ExecutionRetryBody,
    StartedExecution,
    started_view,
)
from services.scheduler.executions.cancel import cancel_execution
from services.scheduler.executions.list import list_executions
from services.scheduler.executions.read import show_execution
from services.scheduler.executions.retry import retry_execution
from services.scheduler.executions.types import ExecutionDetail, ExecutionList, ExecutionQuery

MISSING = "There is no such execution, or it is not shared with you."

executions = ApiBlueprint("executions", __name__, url_prefix="/api/scheduler/runs")


@executions.get("")
@query(ExecutionListQuery())
@returns(ExecutionPage())
def all_executions(query: dict[str, Any]) -> ExecutionList:
    """List executions of schedules, the newest first."""
    return list_executions(resources().database, current_actor(), ExecutionQuery(**query))


@executions.get("/<execution_id>")
@returns(ExecutionDetailView())
@fails({404: MISSING})
def one_execution(execution_id: str) -> ExecutionDetail:
    """Show an execution with its attempts."""
    return show_execution(resources().database, current_actor(), execution_id)


@executions.post("/<execution_id>/cancel")
@creates
@returns(ExecutionDetailView())
@fails({403: "Shared with you to read.", 404: MISSING, 409: "It is over."})
def cancel_one_execution(execution_id: str) -> ExecutionDetail:
    """Cancel an execution: at once where nobody works on it, else as its work stops."""
    cancel_execution(resources().jobs, current_actor(), execution_id)
    return show_execution(resources().database, current_actor(), execution_id)


@executions.post("/<execution_id>/retry")
@creates
@body(ExecutionRetryBody())
@returns(StartedExecution(), 202)
@fails({403: "Shared with you to read.", 404: MISSING, 409: "It succeeded, or one is open."})
def retry_one_execution(execution_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Try again what ended badly, perhaps with other parameters."""
    database, actor = resources().database, current_actor()
    params = body["params"]
    if params is not None:
        kind = show_execution(database, actor, execution_id).execution.row.kind
        params = read_params(kind, params)
    return started_view(retry_execution(database, actor, execution_id, params))
