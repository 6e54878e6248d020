"""The requests for the routes of connections, about one with a property."""

from typing import Any

from app.resources import Resources
from tests.factories.connections import SITE, make_connection
from tests.support.asks import Ask, DomainAsks


def a_connection(resources: Resources, owner_id: int, visibility: str) -> dict[str, Any]:
    """Write a connection."""
    return {"id": make_connection(resources, owner_id, visibility=visibility)}


def nobody(_resources: Resources, _owner_id: int, _visibility: str) -> dict[str, Any]:
    """Name a person that there is not: for others than that person and admins it is the same."""
    return {"user_id": 999_999, "platform": "gsc"}


ASKS = {
    "POST /api/connections": Ask(409, json={"platform": "gsc"}, code="platform_not_configured"),
    "POST /api/connections/callback": Ask(
        400, json={"state": "none", "code": "none"}, code="oauth_state_refused"
    ),
    "PATCH /api/connections/{id}": Ask(200, json={"site": SITE}),
    "DELETE /api/connections/{id}": Ask(204),
    "POST /api/connections/{id}/check": Ask(202, json={}),
    "POST /api/connections/{id}/refresh": Ask(202, json={}),
    "GET /api/oauth-tokens/status/{user_id}": Ask(404, about=nobody),
    "POST /api/oauth-tokens/refresh/{user_id}/{platform}": Ask(404, json={}, about=nobody),
    "POST /api/oauth-tokens/create-tasks/{user_id}": Ask(404, json={}, about=nobody),
    "POST /api/scheduler/platform-insights/{user_id}/ensure-tasks": Ask(404, json={}, about=nobody),
    "POST /api/scheduler/platform-insights/reconcile/{user_id}": Ask(404, json={}, about=nobody),
    "GET /api/oauth-tokens/execution-logs/{user_id}": Ask(404, about=nobody),
}
DOMAIN_ASKS = DomainAsks(asks=ASKS, made={"/api/connections/{id}": a_connection})
