"""The state of the platform, for people who look after it."""

from typing import Any

from app.current_work import current_work
from app.disk_history import list_disks
from app.http.blueprint import ApiBlueprint
from app.http.endpoint import fails, query, returns
from app.http.gate import current_actor
from app.http.resources import resources
from app.log_files import log_files, read_log
from app.system import SystemState, system_state
from app.versions import Versions, versions
from blueprints.system.schemas import (
    CurrentWorkView,
    DisksQuery,
    DisksView,
    LogsQuery,
    LogsView,
    SystemView,
    VersionsView,
)
from services.domains import SUBJECTS

system = ApiBlueprint("system", __name__, url_prefix="/api/system")


@system.get("")
@returns(SystemView())
def get_system() -> SystemState:
    """Show version, processes, queues and health."""
    return system_state(resources())


@system.get("/versions")
@returns(VersionsView())
def get_versions() -> Versions:
    """Show the versions of the release, its libraries, the database and its schema."""
    return versions(resources())


@system.get("/disks")
@query(DisksQuery())
@returns(DisksView())
def get_disks(query: dict[str, int]) -> dict[str, Any]:
    """Show how full the disks are and were over the last days."""
    return {"items": list_disks(resources().database, resources().settings, query["days"])}


@system.get("/jobs")
@returns(CurrentWorkView())
def get_current_work() -> dict[str, Any]:
    """Show who runs what now, on which worker."""
    return {"items": current_work(resources().database, current_actor(), SUBJECTS)}


@system.get("/logs")
@query(LogsQuery())
@returns(LogsView())
@fails({422: "There is no log of that name on this host."})
def get_logs(query: dict[str, Any]) -> dict[str, Any]:
    """List the log files of this host, and show the newest lines of one, without secrets."""
    home, part = resources().settings.home, query["part"]
    lines = read_log(home, part, query["lines"], query["level"]) if part else []
    return {"files": log_files(home), "part": part, "lines": lines}
