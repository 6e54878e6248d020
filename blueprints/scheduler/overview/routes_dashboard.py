"""The older dashboard: what the caller has scheduled, and what came of it."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema

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
@returns(SchedulerDashboard(), plain=True)
def show_scheduler_dashboard() -> dict[str, Any]:
    """Return the caller's jobs, counts, and whether the clock ticks."""
    ticked_at = last_tick(resources())
    age = None if ticked_at is None else (now() - ticked_at).total_seconds()
    is_running = age is not None and age <= CLOCK_SILENT_SECONDS
    answer = show_dashboard(resources().database, current_actor(), ticked_at, is_running=is_running)
    return _plain(SchedulerDashboard, answer)


@dashboard.get("/jobs")
@returns(SchedulerJobList(), plain=True)
def list_scheduler_jobs() -> dict[str, Any]:
    """List the caller's active schedules, the next first."""
    return _plain(SchedulerJobList, list_jobs(resources().database, current_actor()))


def _plain(schema: type[Schema], answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return an answer in the form of its schema: its hundreds of jobs are that but for a time."""
    jobs = [
        job | {"next_run_time": at and at.isoformat()}
        for job in answer["jobs"]
        for at in [job["next_run_time"]]
    ]
    return {**schema(exclude=("jobs",)).dump(answer), "jobs": jobs}
