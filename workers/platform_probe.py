"""The kind ``health.probe``: what the clock does each minute, at other times and with a result."""

from typing import Any

from app.health import overall
from app.health_parts import probe_health
from app.resources import open_resources
from services.scheduler.kinds.types import Params, WorkContext


def probe(context: WorkContext, _params: Params) -> dict[str, Any]:
    """Look at every part of the platform; return the worst status and what is not ok."""
    resources = open_resources(context.settings, {}, database=context.database)
    try:
        checks = probe_health(resources)
    finally:
        resources.redis.close()
    bad = {check.name: check.code for check in checks if check.status != "ok"}
    return {"status": overall(checks), "parts": len(checks), "not_ok": bad}
