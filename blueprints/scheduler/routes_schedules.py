"""Schedules: made, listed, shown, changed, archived, and when they come."""

from typing import Any

from app.http.blueprint import ApiBlueprint
from app.http.endpoint import body, creates, fails, query, returns
from app.http.gate import current_actor
from app.http.resources import resources
from blueprints.scheduler.kinds_view import kinds_view
from blueprints.scheduler.params import read_params
from blueprints.scheduler.schemas_schedules import (
    DueTimesView,
    KindList,
    PreviewBody,
    PreviewQuery,
    ScheduleBody,
    ScheduleChange,
    ScheduleListQuery,
    SchedulePage,
    ScheduleSummary,
    ScheduleVersions,
    without_none,
)
from services.scheduler.rows import config_of_values
from services.scheduler.schedules import create, update
from services.scheduler.schedules.archive import archive_schedule
from services.scheduler.schedules.definition import ScheduleDefinition
from services.scheduler.schedules.list import list_schedules, show_schedule
from services.scheduler.schedules.preview import DueTimePreview, preview_schedule, preview_times
from services.scheduler.schedules.types import ScheduleList, ScheduleQuery, ScheduleView
from services.scheduler.schedules.versions import list_versions

MISSING = "There is no such schedule, or it is not shared with you."
WRONG = "What is wrong, by field; parameters of the kind are named params.<name>."

schedules = ApiBlueprint("schedules", __name__, url_prefix="/api/scheduler")


@schedules.get("/kinds")
@returns(KindList())
def schedule_kinds() -> dict[str, Any]:
    """List the kinds of schedules with what they begin with."""
    return {"items": kinds_view(current_actor())}


@schedules.get("/schedules")
@query(ScheduleListQuery())
@returns(SchedulePage())
def all_schedules(query: dict[str, Any]) -> ScheduleList:
    """List schedules, the newest first."""
    return list_schedules(resources().database, current_actor(), ScheduleQuery(**query))


@schedules.post("/schedules")
@creates
@body(ScheduleBody())
@returns(ScheduleSummary(), 201)
@fails({403: "The kind is the admins'.", 422: WRONG})
def new_schedule(body: dict[str, Any]) -> ScheduleView:
    """Make a schedule: it is due by its cadence from now on."""
    values = without_none(body) | {"params": read_params(body["kind"], body["params"])}
    database, actor = resources().database, current_actor()
    row = create.create_schedule(database, actor, ScheduleDefinition(**values))
    return show_schedule(database, actor, str(row.id))


@schedules.post("/schedules/preview")
@creates
@body(PreviewBody())
@returns(DueTimesView())
@fails({422: "What is wrong, by field; ``column`` is its place in the expression."})
def preview_of_times(body: dict[str, Any]) -> DueTimePreview:
    """Say when an expression is due that need not be stored."""
    after, number = body.pop("after", None), body.pop("n")
    return preview_times(config_of_values(without_none(body)), after, number)


@schedules.get("/schedules/<schedule_id>")
@returns(ScheduleSummary())
@fails({404: MISSING})
def one_schedule(schedule_id: str) -> ScheduleView:
    """Show a schedule."""
    return show_schedule(resources().database, current_actor(), schedule_id)


@schedules.patch("/schedules/<schedule_id>")
@body(ScheduleChange())
@returns(ScheduleSummary())
@fails({403: "Shared with you to read.", 404: MISSING, 409: "Archived, or changed.", 422: WRONG})
def change_schedule(schedule_id: str, body: dict[str, Any]) -> ScheduleView:
    """Replace fields; a new cadence counts from now, and nothing of the old one is caught up."""
    database, actor = resources().database, current_actor()
    version = body.pop("version", None)
    if "params" in body:
        kind = show_schedule(database, actor, schedule_id).row.kind
        body["params"] = read_params(kind, body["params"])
    update.update_schedule(database, actor, schedule_id, body, version)
    return show_schedule(database, actor, schedule_id)


@schedules.delete("/schedules/<schedule_id>")
@returns(None)
@fails({403: "Shared with you to read.", 404: MISSING, 409: "It is archived already."})
def delete_schedule(schedule_id: str) -> None:
    """Archive a schedule for good: its open execution is cancelled, its history stays."""
    archive_schedule(resources().jobs, current_actor(), schedule_id)


@schedules.get("/schedules/<schedule_id>/preview")
@query(PreviewQuery())
@returns(DueTimesView())
@fails({404: MISSING})
def preview_of_schedule(schedule_id: str, query: dict[str, int]) -> DueTimePreview:
    """Say when a schedule is due next by its cadence."""
    return preview_schedule(resources().database, current_actor(), schedule_id, query["n"])


@schedules.get("/schedules/<schedule_id>/versions")
@returns(ScheduleVersions())
@fails({404: MISSING})
def versions_of_schedule(schedule_id: str) -> dict[str, Any]:
    """List the versions of a schedule: who changed what."""
    return {"items": list_versions(resources().database, current_actor(), schedule_id)}
