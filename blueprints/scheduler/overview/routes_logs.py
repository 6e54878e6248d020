"""Executions under the older addresses, the newest first."""

from typing import Any

from app.http.blueprint import ApiBlueprint
from app.http.endpoint import fails, query, returns
from app.http.gate import current_actor
from app.http.resources import resources
from blueprints.scheduler.overview.routes_platform import NOBODY
from blueprints.scheduler.overview.schemas_logs import (
    ExecutionLogPage,
    ExecutionLogQuery,
    InsightLogPage,
    RecentLogPage,
    TaskLogQuery,
    WebsiteLogPage,
)
from services.scheduler.overview import logs

execution_log = ApiBlueprint("scheduler_logs", __name__, url_prefix="/api/scheduler")


@execution_log.get("/execution-logs")
@query(ExecutionLogQuery())
@returns(ExecutionLogPage())
def list_execution_logs(query: dict[str, Any]) -> dict[str, Any]:
    """List the caller's own executions of all kinds."""
    return logs.execution_logs(resources().database, current_actor(), query)


@execution_log.get("/recent-scheduler-logs")
@returns(RecentLogPage())
def list_recent_logs() -> dict[str, Any]:
    """List the last five times that one of the caller's executions was made or ended."""
    return logs.recent_logs(resources().database, current_actor())


@execution_log.get("/platform-insights/logs/<user_id>")
@query(TaskLogQuery())
@returns(InsightLogPage())
@fails(NOBODY)
def list_insight_logs(user_id: str, query: dict[str, Any]) -> dict[str, Any]:
    """List the executions of a person's refreshes."""
    return logs.insight_logs(resources().database, current_actor(), user_id, query)


@execution_log.get("/website-analysis/logs/<user_id>")
@query(TaskLogQuery())
@returns(WebsiteLogPage())
@fails(NOBODY)
def list_website_logs(user_id: str, query: dict[str, Any]) -> dict[str, Any]:
    """List the executions of a person's visits."""
    return logs.website_logs(resources().database, current_actor(), user_id, query)
