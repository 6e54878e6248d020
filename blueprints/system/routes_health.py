"""Health, for supervisors and load balancers."""

from typing import Any

from quart import Response

from app import strict_json
from app.health import overall
from app.health_parts import explain_health
from app.http.blueprint import ApiBlueprint
from app.http.endpoint import also_returns, returns
from app.http.resources import resources
from blueprints.system.schemas import Live, Ready

health = ApiBlueprint("health", __name__, url_prefix="/health")


@health.get("/live")
@returns(Live())
def live() -> dict[str, str]:
    """Say that this process answers."""
    return {"status": "ok"}


@health.get("/ready")
@returns(Ready())
@also_returns(Ready(), 503)
def ready() -> dict[str, Any] | Response:
    """Say whether every part does its work; 503 while one does not.

    ``degraded`` is answered with 200: everything works, but somebody should look at it.
    """
    checks = explain_health(resources())
    state = {"status": overall(checks), "checks": checks}
    if state["status"] != "failing":
        return state
    content = Ready().dump(state)
    body = strict_json.dump_bytes(content)
    return Response(body, status=503, content_type="application/json")
