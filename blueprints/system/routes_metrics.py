"""The measurements of the platform, for Prometheus."""

from typing import cast

from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from quart import Response, current_app

from app.http.blueprint import ApiBlueprint
from app.http.endpoint import raw
from app.http.threads import run_in_thread
from app.metrics.instruments import Instruments

metrics = ApiBlueprint("metrics", __name__)


@metrics.get("/metrics")
@raw("text/plain")
async def get_metrics() -> Response:
    """Read everything that is measured, in Prometheus' text format.

    Addresses in ROUNDHOUSE_METRICS_ALLOW need no token.
    """
    instruments = cast("Instruments", current_app.extensions["instruments"])
    text = await run_in_thread(generate_latest, instruments.registry)
    return Response(text, content_type=CONTENT_TYPE_PLAIN_0_0_4)
