"""The record of a model's newest probe: the design that it was tried on, and what came out."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

Record = dict[str, Any]
IDLE: Mapping[str, Any] = {
    "status": "idle",
    "requested_at": None,
    "finished_at": None,
    "set_id": None,
    "manifest": None,
    "endpoint": None,
    "error": None,
    "result": None,
}


def queued(
    set_id: int, manifest: Mapping[str, Any], endpoint: Mapping[str, Any], at: datetime
) -> Record:
    """Return the record of a probe that waits for a worker."""
    return dict(IDLE) | {
        "status": "running",
        "requested_at": at.isoformat(),
        "set_id": set_id,
        "manifest": dict(manifest),
        "endpoint": dict(endpoint),
    }


def finished(record: Record, at: datetime, result: Mapping[str, Any]) -> Record:
    """Return the record of a probe that got answers, whether a run may begin or not."""
    return record | {"status": "done", "finished_at": at.isoformat(), "result": dict(result)}


def failed(record: Record, at: datetime, why: str) -> Record:
    """Return the record of a probe that nothing answered, with the sentence that says why."""
    return record | {"status": "error", "finished_at": at.isoformat(), "error": why}
