"""What a run measured and logged, as it came."""

from typing import Any

from quart import Response, request

from app import strict_json
from app.auth.actor import Actor
from app.clock import now
from app.errors import BadRequest
from app.http.blueprint import read_body
from app.http.endpoint import body, own_body, query, returns
from app.http.gate import current_actor
from app.http.resources import resources
from app.http.threads import run_in_thread
from blueprints.tracking.curve_format import curves_response
from blueprints.tracking.routes import tracking
from blueprints.tracking.schemas import LogPageView, LogQuerySchema
from blueprints.tracking.schemas_curves import (
    BatchTaken,
    Curves,
    CurvesQuerySchema,
    DefinitionsBody,
    DefinitionsView,
    SeriesBatchBody,
    SeriesSummaries,
)
from services.runs.definitions import define_metrics
from services.runs.external.ingest import BatchResult, take_batch
from services.tracking.curves import CurvesQuery, show_curves, show_summaries
from services.tracking.logs import LogPage, LogQuery, read_log
from services.tracking.metrics.batch import batch_of


@tracking.get("/<run_id>/series")
@query(CurvesQuerySchema())
@returns(Curves())
def series(run_id: str, query: CurvesQuery) -> Response:
    """Read curves of one or several runs as columns, thinned to max_points without losing a spike.

    With ``Accept: application/vnd.apache.arrow.stream`` the answer is an Arrow stream with a row
    per point: run_id, name, client, step, value, time, min and max.
    """
    curves = show_curves(resources().database, current_actor(), run_id, query)
    return curves_response(curves, times=query.times)


@tracking.get("/<run_id>/series/summary")
@returns(SeriesSummaries())
def series_summary(run_id: str) -> dict[str, Any]:
    """Read last, best, lowest and highest value of every series, without its points."""
    return {"series": show_summaries(resources().database, current_actor(), run_id)}


@tracking.put("/<run_id>/metric-definitions")
@body(DefinitionsBody())
@returns(DefinitionsView())
def define(run_id: str, body: dict[str, str | None]) -> dict[str, Any]:
    """Set which way metrics of a run get better; their best values are computed again."""
    defined = define_metrics(resources().database, current_actor(), run_id, body)
    return {"definitions": defined}


@tracking.post("/<run_id>/series")
@own_body(SeriesBatchBody())
@returns(BatchTaken())
async def log_points(run_id: str) -> BatchResult:
    """Log a batch of points of a run that another program trains, as columns.

    A batch with the same batch_id is stored once.
    """
    if request.mimetype not in ("", "application/json"):
        raise BadRequest("Send application/json.")
    body = await read_body(resources().settings.max_batch_bytes)
    return await run_in_thread(_take, current_actor(), run_id, body)


def _take(actor: Actor, run_id: str, body: bytes) -> BatchResult:
    batch = batch_of(strict_json.parse_columns(body), now().timestamp())
    return take_batch(resources().database, actor, run_id, batch)


@tracking.get("/<run_id>/logs")
@query(LogQuerySchema())
@returns(LogPageView())
def logs(run_id: str, query: LogQuery) -> LogPage:
    """Read the log in pages."""
    return read_log(resources().database, current_actor(), run_id, query)
