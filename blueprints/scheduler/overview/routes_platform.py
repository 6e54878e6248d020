"""What a person has scheduled for sites and connections, and what of it is in trouble."""

from typing import Any

from app.http.blueprint import ApiBlueprint
from app.http.endpoint import fails, query, returns
from app.http.gate import current_actor
from app.http.resources import resources
from blueprints.scheduler.overview.schemas_tasks import (
    InsightsStatus,
    InterventionList,
    InterventionSummary,
    MonitoringHealth,
    MonitoringSummary,
    OnboardingQuery,
    OnboardingTasks,
    TaskPageQuery,
    WebsiteStatus,
)
from services.scheduler.overview import interventions, platforms

platform = ApiBlueprint("scheduler_platform", __name__, url_prefix="/api/scheduler")
NOBODY = {404: "There is no such person, or it is not you."}


@platform.get("/platform-insights/status/<user_id>")
@query(TaskPageQuery())
@returns(InsightsStatus())
@fails(NOBODY)
def show_insights_status(user_id: str, query: dict[str, int]) -> dict[str, Any]:
    """Return the refreshes of a person's connections; nothing is created by looking."""
    return platforms.insights_status(resources().database, current_actor(), user_id, query)


@platform.get("/website-analysis/status/<user_id>")
@query(TaskPageQuery())
@returns(WebsiteStatus())
@fails(NOBODY)
def show_website_status(user_id: str, query: dict[str, int]) -> dict[str, Any]:
    """Return the visits of a person's own pages and of competitors."""
    return platforms.website_status(resources().database, current_actor(), user_id, query)


@platform.get("/onboarding-tasks/<user_id>")
@query(OnboardingQuery())
@returns(OnboardingTasks())
@fails(NOBODY)
def list_onboarding_tasks(user_id: str, query: dict[str, Any]) -> dict[str, Any]:
    """Return what is scheduled for a person, of every type or of one."""
    return platforms.onboarding_tasks(resources().database, current_actor(), user_id, query)


@platform.get("/platform-monitoring/summary/<user_id>")
@returns(MonitoringSummary())
@fails(NOBODY)
def show_monitoring_summary(user_id: str) -> dict[str, Any]:
    """Count a person's refreshes and visits, with the share that succeeds."""
    return platforms.monitoring_summary(resources().database, current_actor(), user_id)


@platform.get("/platform-monitoring/health/<user_id>")
@returns(MonitoringHealth())
@fails(NOBODY)
def show_monitoring_health(user_id: str) -> dict[str, Any]:
    """Say in one word how a person's refreshes and visits do."""
    return platforms.monitoring_health(resources().database, current_actor(), user_id)


@platform.get("/tasks-needing-intervention/<user_id>")
@returns(InterventionList())
@fails(NOBODY)
def list_tasks_in_trouble(user_id: str) -> dict[str, Any]:
    """Return what rests after failures or needs a person, with reason and advice."""
    return interventions.list_interventions(resources().database, current_actor(), user_id)


@platform.get("/task-intervention/summary/<user_id>")
@returns(InterventionSummary())
@fails(NOBODY)
def show_intervention_summary(user_id: str) -> dict[str, Any]:
    """Count what rests after failures or needs a person."""
    return interventions.summarise_interventions(resources().database, current_actor(), user_id)
