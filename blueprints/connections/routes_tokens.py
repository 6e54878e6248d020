"""The sign-ins of a person, under the addresses that the scheduler's contract names."""

from typing import Any

from app.errors import Invalid
from app.http.blueprint import ApiBlueprint
from app.http.endpoint import creates, fails, query, returns
from app.http.gate import current_actor
from app.http.resources import resources
from blueprints.connections.schemas import (
    TokenChecksView,
    TokenLogList,
    TokenLogsQuery,
    TokenStatusList,
    TokenTasksView,
)
from blueprints.connections.wording import log_view, token_status
from services.connections.clients.platforms import PLATFORMS
from services.connections.list import connections_of, list_logs, require_person
from services.connections.provision import ensure_all
from services.connections.start import start_checks

oauth_tokens = ApiBlueprint("oauth_tokens", __name__, url_prefix="/api/oauth-tokens")
MISSING = {404: "There is no such person, or it is not you."}


@oauth_tokens.get("/status/<user_id>")
@returns(TokenStatusList())
@fails(MISSING)
def show_token_status(user_id: str) -> dict[str, Any]:
    """Return whether the sign-ins of a person hold; nothing is created by looking."""
    rows = connections_of(resources().database, current_actor(), user_id)
    tokens = [token_status(row) for row in rows]
    return {"success": True, "user_id": user_id, "tokens": tokens, "total": len(tokens)}


@oauth_tokens.post("/refresh/<user_id>/<platform>")
@creates
@returns(TokenChecksView(), 202)
@fails(MISSING)
def refresh_platform_tokens(user_id: str, platform: str) -> dict[str, Any]:
    """Let workers renew every sign-in of a person at a platform."""
    database = resources().database
    owner_id = require_person(database, current_actor(), user_id)
    if platform not in PLATFORMS:
        detail = f"platform is {platform[:40]!r}: give {' or '.join(PLATFORMS)}."
        raise Invalid(detail, errors={"platform": [detail]})
    numbers = [row.id for row in start_checks(database, owner_id, platform)]
    count = len(numbers)
    message = f"{count} check{'' if count == 1 else 's'} queued."
    return {"success": True, "message": message, "connection_ids": numbers}


@oauth_tokens.post("/create-tasks/<user_id>")
@creates
@returns(TokenTasksView())
@fails(MISSING)
def create_token_tasks(user_id: str) -> dict[str, Any]:
    """Make the schedules that the connections of a person lack; those that are there stay."""
    numbers = ensure_all(resources().database, current_actor(), user_id)
    return {"success": True, "created": len(numbers), "schedule_ids": numbers}


@oauth_tokens.get("/execution-logs/<user_id>")
@query(TokenLogsQuery())
@returns(TokenLogList())
@fails(MISSING)
def list_token_logs(user_id: str, query: dict[str, Any]) -> dict[str, Any]:
    """Return how the checks and refreshes of a person ended, the newest first."""
    page = list_logs(resources().database, current_actor(), user_id, query)
    return {
        "success": True,
        "logs": [log_view(entry) for entry in page.items],
        "total_count": page.total,
        "limit": page.limit,
        "offset": page.offset,
        "has_more": page.offset + page.limit < page.total,
    }
