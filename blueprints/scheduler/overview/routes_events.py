"""The history of schedules under the older addresses, its size, and its clean-up."""

from typing import Any

from app.http.blueprint import ApiBlueprint
from app.http.endpoint import body, fails, query, returns
from app.http.gate import current_actor
from app.http.resources import resources
from blueprints.scheduler.overview.schemas_events import (
    CleanupAnswer,
    EventCleanup,
    EventHistoryQuery,
    EventStats,
    HistoryPage,
    cleanup_of,
)
from services.scheduler.overview.cleanup import clean_up, event_stats
from services.scheduler.overview.events import event_history

event_log = ApiBlueprint("scheduler_events", __name__, url_prefix="/api/scheduler")


@event_log.get("/event-history")
@query(EventHistoryQuery())
@returns(HistoryPage())
def list_event_history(query: dict[str, Any]) -> dict[str, Any]:
    """List what happened to the caller's schedules, and to the clock."""
    return event_history(resources().database, current_actor(), query)


@event_log.get("/event-logs/stats")
@returns(EventStats())
def show_event_stats() -> dict[str, Any]:
    """Count the events of everybody by age and type."""
    return event_stats(resources().database)


@event_log.post("/cleanup-event-logs")
@query(EventCleanup())
@body(EventCleanup())
@returns(CleanupAnswer())
@fails({422: "The days are not from 30 to 365, or two places differ."})
def clean_event_logs(query: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    """Delete old events of everybody; by default only say how many would go."""
    days, dry_run = cleanup_of(query, body)
    return clean_up(resources().database, current_actor(), days, dry_run=dry_run)
