"""The record of a warm-up: its steps with their times, in the words of the contract."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from services.benchmarks.warm_up.steps import Step

Record = dict[str, Any]
IDLE: Mapping[str, Any] = {
    "status": "idle",
    "started_at": None,
    "updated_at": None,
    "finished_at": None,
    "duration_ms": None,
    "current_step": None,
    "had_errors": False,
    "error": None,
    "steps": [],
}


def queued(steps: Sequence[Step], at: datetime) -> Record:
    """Return the record of a warm-up that waits for a worker."""
    waiting = {"status": "queued", "ok": None, "started_at": None, "finished_at": None,
               "duration_ms": None, "error": None}  # fmt: skip
    return dict(IDLE) | {
        "status": "running",
        "started_at": at.isoformat(),
        "updated_at": at.isoformat(),
        "steps": [{"name": step.name, **waiting} for step in steps],
    }


def begun(record: Record, name: str, at: datetime) -> Record:
    """Return the record with a step that is being computed."""
    return _changed(record, name, at, status="running", started_at=at.isoformat())


def done(record: Record, name: str, at: datetime, seconds: float, error: str | None) -> Record:
    """Return the record with a step that is over; ``error`` says why it failed."""
    changed = _changed(
        record,
        name,
        at,
        status="done" if error is None else "error",
        ok=error is None,
        finished_at=at.isoformat(),
        duration_ms=round(1000 * seconds),
        error=error,
    )
    return changed | {"had_errors": changed["had_errors"] or error is not None}


def finished(record: Record, at: datetime, error: str | None = None) -> Record:
    """Return the record of a warm-up that is over."""
    status = "error" if error else "done_with_errors" if record["had_errors"] else "done"
    began = datetime.fromisoformat(record["started_at"])
    return record | {
        "status": status,
        "updated_at": at.isoformat(),
        "finished_at": at.isoformat(),
        "duration_ms": round(1000 * (at - began).total_seconds()),
        "current_step": None,
        "error": error,
    }


def _changed(record: Record, name: str, at: datetime, **values: Any) -> Record:
    steps = [one | values if one["name"] == name else one for one in record["steps"]]
    return record | {"steps": steps, "current_step": name, "updated_at": at.isoformat()}
