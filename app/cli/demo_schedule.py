"""``demo schedule``: a schedule comes due, its training fails, is retried and turns green.

What makes it fail is real: the rows of its dataset are away from the store while it is due.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from rich.console import Console

from app.cli.demo_client import DemoError, DemoPlatform
from app.settings import Settings
from app.storage import ObjectStore, open_store

BASE, RUNS, INCIDENTS = "/api/scheduler/schedules", "/api/scheduler/runs", "/api/inbox/incidents"
AHEAD_S = 3
PATIENCE = 2  # times what an answer takes, on a busy machine
POLL_SECONDS = 0.25
OVER = ("succeeded", "failed", "cancelled", "skipped")
ROWS = "dose,Target\n" + "".join(f"{at % 2 + at / 500},{at % 2}\n" for at in range(60))


@dataclass(frozen=True, kw_only=True)
class ScheduleResult:
    """How the demo ended: executions of the schedule, and those that failed and succeeded later."""

    executions: int
    failed: int
    recovered: int
    seconds: float

    @property
    def is_complete(self) -> bool:
        """Return whether something failed and all of it recovered."""
        return self.failed > 0 and self.recovered == self.failed


def keep_time(
    platform: DemoPlatform, settings: Settings, console: Console, begun: float
) -> ScheduleResult:
    """Let a training come due without its rows, and again by the inbox with them."""
    store = open_store(settings.storage_url)
    known = {one.key for one in store.list("datasets/")}
    dataset = _upload(platform)
    with _away(store, {one.key for one in store.list("datasets/")} - known):
        ahead_s = AHEAD_S + PATIENCE * _answer_seconds(platform)
        schedule_id = _schedule(platform, dataset, ahead_s)
        console.print(f"Schedule {schedule_id} is due in {ahead_s:.0f} s.")
        first = _wait(platform, console, schedule_id, executions=1)
    incident = _incident(platform, first["subject"])
    console.print(f"The inbox says: {incident['detail']}", soft_wrap=True)
    platform.request("POST", f"{INCIDENTS}/{incident['id']}/acknowledge", json={})
    done = platform.request("POST", f"{INCIDENTS}/{incident['id']}/retry", json={})
    console.print(f"The rows are back; {done['retried']} training is retried from the inbox.")
    _wait(platform, console, schedule_id, executions=2)
    url = settings.public_url
    console.print(f"Look at it: {url}/schedules/{schedule_id} and {url}/inbox", soft_wrap=True)
    return _result(platform, schedule_id, begun)


def _upload(platform: DemoPlatform) -> int:
    file = {"file": ("ward.csv", ROWS.encode(), "text/csv")}
    about = {"kind": "table", "name": "Ward of the demo"}
    return int(platform.request("POST", "/api/datasets", data=about, files=file)["id"])


@contextmanager
def _away(store: ObjectStore, keys: set[str]) -> Iterator[None]:
    """Keep objects out of the store until the context ends, whatever happens in it."""
    kept = {key: store.get(key) for key in keys}
    try:
        for key in keys:
            store.delete(key)
        yield
    finally:
        for key, data in kept.items():
            store.put(key, data)


def _answer_seconds(platform: DemoPlatform) -> float:
    """Return how long the platform takes to answer: a due time must not be over when it is read."""
    begun = time.monotonic()
    platform.request("GET", BASE, params={"limit": 1})
    return time.monotonic() - begun


def _schedule(platform: DemoPlatform, dataset: int, ahead_s: float) -> int:
    at = datetime.now(UTC) + timedelta(seconds=ahead_s)
    body = {
        "kind": "training.run",
        "name": "Ward by night",
        "params": {"dataset": dataset, "config": {"epochs": 1}},
        "run_at": at.isoformat(),
        "timezone": "UTC",
        "max_attempts": 1,
    }
    return int(platform.request("POST", BASE, json=body)["id"])


def _executions(platform: DemoPlatform, schedule_id: int) -> list[dict[str, Any]]:
    query = {"schedule_id": schedule_id}
    rows: list[dict[str, Any]] = platform.request("GET", RUNS, params=query)["items"]
    return rows


def _wait(
    platform: DemoPlatform, console: Console, schedule_id: int, *, executions: int
) -> dict[str, Any]:
    """Show each state of the newest of so many executions, and return it when it is over."""
    shown = None
    while True:
        rows = _executions(platform, schedule_id)
        newest = rows[0] if len(rows) == executions else {"state": shown}
        if newest["state"] != shown:
            shown = newest["state"]
            console.print(f"Execution {newest['id']}: {shown}. {newest['error'] or ''}".rstrip())
        if shown in OVER:
            return newest
        time.sleep(POLL_SECONDS)


def _incident(platform: DemoPlatform, subject: str) -> dict[str, Any]:
    """Return the card of the inbox that is about the failure of ``subject``."""
    for card in platform.request("GET", INCIDENTS, params={"state": "open"})["items"]:
        failures = platform.request("GET", f"{INCIDENTS}/{card['id']}/failures")["items"]
        if any(one["subject"] == subject for one in failures):
            return dict(card)
    raise DemoError(f"The inbox does not show the failure of {subject}.")


def _result(platform: DemoPlatform, schedule_id: int, begun: float) -> ScheduleResult:
    rows = _executions(platform, schedule_id)
    good = {one["retry_of"] for one in rows if one["state"] == "succeeded"}
    failed = [one["id"] for one in rows if one["state"] == "failed"]
    return ScheduleResult(
        executions=len(rows),
        failed=len(failed),
        recovered=sum(number in good for number in failed),
        seconds=round(time.monotonic() - begun, 1),
    )
