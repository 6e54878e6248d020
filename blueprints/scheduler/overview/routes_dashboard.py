"""The older dashboard: what the caller has scheduled, and what came of it."""

from typing import Any

from app.clock import now
from app.health import CLOCK_SILENT_SECONDS, last_tick
from app.http.blueprint import ApiBlueprint
from app.http.endpoint import returns
from app.http.gate import current_actor
from app.http.resources import resources
from blueprints.scheduler.overview.schemas_dashboard import SchedulerDashboard, SchedulerJobList
from services.scheduler.overview.dashboard import list_jobs, show_dashboard

dashboard = ApiBlueprint("scheduler_dashboard", __name__, url_prefix="/api/scheduler")


@dashboard.get("/dashboard")
@returns(SchedulerDashboard())
def show_scheduler_dashboard() -> dict[str, Any]:
    """Return the caller's jobs, counts, and whether the clock ticks."""
    ticked_at = last_tick(resources())
    age = None if ticked_at is None else (now() - ticked_at).total_seconds()
    is_running = age is not None and age <= CLOCK_SILENT_SECONDS
    return show_dashboard(resources().database, current_actor(), ticked_at, is_running=is_running)


@dashboard.get("/jobs")
@returns(SchedulerJobList())
def list_scheduler_jobs() -> dict[str, Any]:
    """List the caller's active schedules, the next first."""
    return list_jobs(resources().database, current_actor())
