"""What a run measured and logged, as it came."""

from typing import Any

from app.http.endpoint import query, returns
from app.http.gate import current_actor
from app.http.resources import resources
from blueprints.runs.routes import runs
from blueprints.runs.schemas import (
    Curves,
    CurvesQuery,
    LogPageView,
    LogQuery,
)
from services.runs.curves import CurvesWanted, show_curves
from services.runs.logs import LinesWanted, LogPage, read_log


@runs.get("/<run_id>/series")
@query(CurvesQuery())
@returns(Curves())
def series(run_id: str, query: CurvesWanted) -> dict[str, Any]:
    """Read curves as columns, thinned to max_points without losing a spike."""
    return show_curves(resources().database, current_actor(), run_id, query)


@runs.get("/<run_id>/logs")
@query(LogQuery())
@returns(LogPageView())
def logs(run_id: str, query: LinesWanted) -> LogPage:
    """Read the log in pages."""
    return read_log(resources().database, current_actor(), run_id, query)
