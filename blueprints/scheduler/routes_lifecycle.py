"""What people order of a schedule: pause, resume, reset, run now."""

from typing import Any

from app.http.blueprint import ApiBlueprint
from app.http.endpoint import body, creates, fails, returns
from app.http.gate import current_actor
from app.http.resources import resources
from blueprints.scheduler.routes_schedules import MISSING
from blueprints.scheduler.schemas_executions import StartedExecution, started_view
from blueprints.scheduler.schemas_schedules import PauseBody, ScheduleSummary
from services.scheduler.schedules.lifecycle import (
    pause_schedule,
    reset_schedule,
    resume_schedule,
)
from services.scheduler.schedules.list import show_schedule
from services.scheduler.schedules.run_now import run_now
from services.scheduler.schedules.types import ScheduleView

READ_ONLY = "Shared with you to read."

lifecycle = ApiBlueprint("schedule_orders", __name__, url_prefix="/api/scheduler/schedules")


@lifecycle.post("/<schedule_id>/pause")
@creates
@body(PauseBody())
@returns(ScheduleSummary())
@fails({403: READ_ONLY, 404: MISSING, 409: "It is paused or archived already."})
def pause_one_schedule(schedule_id: str, body: dict[str, Any]) -> ScheduleView:
    """Pause a schedule, perhaps until a time: what runs goes on, nothing is caught up."""
    pause_schedule(resources().database, current_actor(), schedule_id, **body)
    return _shown(schedule_id)


@lifecycle.post("/<schedule_id>/resume")
@creates
@returns(ScheduleSummary())
@fails({403: READ_ONLY, 404: MISSING, 409: "It is not paused."})
def resume_one_schedule(schedule_id: str) -> ScheduleView:
    """Let a schedule go on as it was before the pause."""
    resume_schedule(resources().database, current_actor(), schedule_id)
    return _shown(schedule_id)


@lifecycle.post("/<schedule_id>/reset")
@creates
@returns(ScheduleSummary())
@fails({403: READ_ONLY, 404: MISSING, 409: "It is archived."})
def reset_one_schedule(schedule_id: str) -> ScheduleView:
    """Make a schedule active with nothing counted; its history stays."""
    reset_schedule(resources().database, current_actor(), schedule_id)
    return _shown(schedule_id)


@lifecycle.post("/<schedule_id>/run-now")
@creates
@returns(StartedExecution(), 202)
@fails({403: READ_ONLY, 404: MISSING, 409: "An execution is open, or it is archived."})
def run_one_now(schedule_id: str) -> dict[str, Any]:
    """Begin an execution at once, outside the cadence."""
    return started_view(run_now(resources().database, current_actor(), schedule_id))


def _shown(schedule_id: str) -> ScheduleView:
    return show_schedule(resources().database, current_actor(), schedule_id)
