"""The scheduler itself under the older addresses: its status, measurements and values."""

from collections.abc import Mapping
from typing import Any, cast

from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from quart import Response, current_app

from app import strict_json
from app.health import overall
from app.health_parts import HealthPart, explain_health
from app.http.blueprint import ApiBlueprint
from app.http.endpoint import also_returns, raw, returns
from app.http.gate import known_actor
from app.http.resources import resources
from app.http.threads import run_in_thread
from app.metrics.instruments import Instruments
from blueprints.scheduler.overview.schemas_system import (
    HEALTH_WORDS,
    STATUS_WORDS,
    SchedulerConfig,
    SchedulerHealth,
    SchedulerStatus,
)
from services.scheduler.overview.config import effective_config

scheduler_system = ApiBlueprint("scheduler_system", __name__, url_prefix="/api/scheduler")


@scheduler_system.get("/status")
@returns(SchedulerStatus())
async def show_scheduler_status() -> dict[str, Any]:
    """Say whether the platform works: in one word, with its parts to who is signed in.

    200 whatever it is.
    """
    return await _health_in(STATUS_WORDS)


@scheduler_system.get("/health")
@returns(SchedulerHealth())
@also_returns(SchedulerHealth(), 503)
async def show_scheduler_health() -> dict[str, Any] | Response:
    """Say whether the platform is healthy: in one word, with its parts to who is signed in.

    503 while a part of it fails.
    """
    answer = await _health_in(HEALTH_WORDS)
    if answer["status"] != "unhealthy":
        return answer
    body = strict_json.dump_bytes(SchedulerHealth().dump(answer))
    return Response(body, status=503, content_type="application/json")


async def _health_in(words: Mapping[str, str]) -> dict[str, Any]:
    parts: list[HealthPart] = await run_in_thread(explain_health, resources())
    answer = {"status": words[overall(parts)]}
    return answer if await known_actor() is None else answer | {"parts": parts}


@scheduler_system.get("/metrics")
@raw("text/plain")
async def show_scheduler_metrics() -> Response:
    """Read everything that is measured, in Prometheus' text format, as at ``/metrics``."""
    instruments = cast("Instruments", current_app.extensions["instruments"])
    text = await run_in_thread(generate_latest, instruments.registry)
    return Response(text, content_type=CONTENT_TYPE_PLAIN_0_0_4)


@scheduler_system.get("/config")
@returns(SchedulerConfig())
def show_scheduler_config() -> dict[str, Any]:
    """Return the values that the scheduler runs by."""
    return effective_config()
