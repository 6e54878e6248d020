"""Schedules as files: exported, planned, applied."""

from collections import Counter
from typing import Any

from quart import Response

from app.http.blueprint import ApiBlueprint
from app.http.endpoint import body, creates, fails, query, raw, returns
from app.http.gate import current_actor
from app.http.resources import resources
from blueprints.scheduler.files.document import read_document, write_document
from blueprints.scheduler.schemas_files import (
    ScheduleFileBody,
    ScheduleFilePlan,
    ScheduleFileQuery,
)
from services.scheduler.files.apply import apply_file, plan_file
from services.scheduler.files.export import export_schedules
from services.scheduler.files.owners import owner_named
from services.scheduler.files.types import ACTIONS

YAML = "application/yaml"  # RFC 9512
DISPOSITION = 'attachment; filename="schedules.yaml"'

schedule_files = ApiBlueprint("schedule_files", __name__, url_prefix="/api/scheduler")


@schedule_files.get("/schedules/file")
@query(ScheduleFileQuery())
@raw(YAML)
@fails({404: "There is no such person, or you may not read their schedules."})
def schedules_as_file(query: dict[str, Any]) -> Response:
    """Write schedules down as a file that can be kept, changed and applied."""
    database = resources().database
    owner = owner_named(database, current_actor(), query["owner"])
    text = write_document(export_schedules(database, owner))
    return Response(text, mimetype=YAML, headers={"Content-Disposition": DISPOSITION})


@schedule_files.post("/schedules/file")
@creates
@body(ScheduleFileBody())
@returns(ScheduleFilePlan())
@fails({422: "What is wrong with the file, each fault with its line and path."})
def apply_schedule_file(body: dict[str, Any]) -> dict[str, Any]:
    """Plan what a file of schedules changes, or apply all of it or nothing."""
    database, actor = resources().database, current_actor()
    entries = read_document(body["file"], owner_named(database, actor, None))
    act = plan_file if body["dry_run"] else apply_file
    changes = act(database, entries, prune=body["prune"], by=actor)
    counts = Counter(one.action for one in changes)
    return {
        "dry_run": body["dry_run"],
        "changes": changes,
        "counts": {action: counts[action] for action in ACTIONS},
    }
