"""Connections as they go over the wire: of a failure with the advice, of tokens nothing."""

from collections.abc import Mapping
from typing import Any

from app.models.connection import ConnectionLog, ServiceConnection
from services.connections.clients.platforms import NAMES
from services.connections.types import ACTIVE, ConnectionNow
from services.scheduler.codes.advice import advice_for
from services.scheduler.codes.codes import ErrorCode, legacy_reason

_SHOWN = ("id", "owner_id", "platform", "state", "site", "sites", "scopes", "expires_at")


def connection_view(now: ConnectionNow) -> dict[str, Any]:
    """Return what is shown of a connection."""
    row = now.row
    return {
        **{name: getattr(row, name) for name in _SHOWN},
        "name": NAMES[row.platform],
        "last_check": _outcome(row.last_check),
        "last_refresh": _outcome(row.last_refresh),
        "refreshing": now.refreshing,
        "checking": now.checking,
        "created_at": row.created_at,
    }


def token_status(row: ServiceConnection) -> dict[str, Any]:
    """Return what the contract's status says of a connection, its failure as an older word."""
    last = row.last_check or {}
    code = last.get("code")
    return {
        "connection_id": row.id,
        "platform": row.platform,
        "site_url": row.site,
        "connected": row.state == ACTIVE,
        "status": "active" if row.state == ACTIVE else "needs_intervention",
        "expires_at": row.expires_at,
        "last_check": last.get("at"),
        "failure_reason": legacy_reason(ErrorCode(code)) if code else None,
        "error_code": code,
    }


def log_view(entry: ConnectionLog) -> dict[str, Any]:
    """Return one entry of the log in the contract's words."""
    seconds = (entry.finished_at - entry.started_at).total_seconds()
    return {
        "id": entry.id,
        "task_id": entry.connection_id,
        "platform": entry.platform,
        "kind": entry.kind,
        "execution_date": entry.started_at,
        "status": entry.outcome,
        "error_code": entry.code,
        "error_message": entry.detail,
        "execution_time_ms": max(round(1000 * seconds), 0),
        "result_data": entry.result,
        "created_at": entry.finished_at,
    }


def _outcome(kept: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if kept is None:
        return None
    code = kept["code"]
    return {**kept, "advice": advice_for(ErrorCode(code)) if code else None}
