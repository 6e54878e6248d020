"""The coming week of the caller's schedules, and what happened to them."""

from typing import Any

from app.http.blueprint import ApiBlueprint
from app.http.endpoint import fails, query, returns
from app.http.gate import current_actor
from app.http.resources import resources
from blueprints.scheduler.schemas_events import (
    ScheduleEventPage,
    ScheduleEventQuery,
)
from blueprints.scheduler.schemas_week import DueListView, DueQuery, WeekQuery, WeekView, week_view
from services.scheduler.events.list import list_events
from services.scheduler.events.types import EventList, EventQuery
from services.scheduler.week.read import read_due, read_week
from services.scheduler.week.types import DueList

week = ApiBlueprint("schedule_week", __name__, url_prefix="/api/scheduler")


@week.get("/schedules/week")
@query(WeekQuery())
@returns(WeekView())
@fails({422: "There is no such zone."})
def coming_week(query: dict[str, str]) -> dict[str, Any]:
    """Say how many executions are due in each hour of the coming week."""
    return week_view(read_week(resources().database, current_actor(), query["timezone"]))


@week.get("/schedules/due")
@query(DueQuery())
@returns(DueListView())
@fails({422: "By field: from, to."})
def due_schedules(query: dict[str, Any]) -> DueList:
    """List the schedules that are due between two moments, at most 200."""
    return read_due(resources().database, current_actor(), **query)


@week.get("/events")
@query(ScheduleEventQuery())
@returns(ScheduleEventPage())
def schedule_events(query: dict[str, Any]) -> EventList:
    """List what happened to schedules, and to the clock, the newest first."""
    return list_events(resources().database, current_actor(), EventQuery(**query))
