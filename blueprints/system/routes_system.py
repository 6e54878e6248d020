"""The state of the platform, for people who look after it."""

from typing import Any

from app.http.blueprint import ApiBlueprint
from app.http.endpoint import fails, query, returns
from app.http.resources import resources
from app.log_files import log_files, read_log
from app.system import SystemState, system_state
from blueprints.system.schemas import LogsQuery, LogsView, SystemView

system = ApiBlueprint("system", __name__, url_prefix="/api/system")


@system.get("")
@returns(SystemView())
def get_system() -> SystemState:
    """Show version, processes, queues and health."""
    return system_state(resources())


@system.get("/logs")
@query(LogsQuery())
@returns(LogsView())
@fails({422: "There is no log of that name on this host."})
def get_logs(query: dict[str, Any]) -> dict[str, Any]:
    """List the log files of this host, and show the newest lines of one, without secrets."""
    home, part = resources().settings.home, query["part"]
    lines = read_log(home, part, query["lines"], query["level"]) if part else []
    return {"files": log_files(home), "part": part, "lines": lines}
