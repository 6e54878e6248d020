"""The scheduler with 10,000 schedules and 1,000,000 executions, on SQLite and on PostgreSQL.

The rows are written straight into the tables, as half a year of the clock would have left them:
every schedule has the same number of executions and events, one in ten of which failed or was
skipped. What is timed is the whole answer over HTTP, from a real web process, for an admin, who
sees all, and for a member, who owns half of the schedules.
"""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from app.clock import now
from app.db.engine import Database
from app.models.schedule import DailyCounter, Schedule, ScheduleEvent, ScheduleExecution
from bench.answers import answer_times
from bench.figures import Figure
from bench.lists import Question, prepare, write_rows
from services.scheduler.totals.counted import SETTLED, count_hours

SCHEDULES, EACH = 10_000, 100
LIMIT_MS = 60.0
TIMES = 40
BASE = "/api/scheduler"
KINDS = ("training.run", "benchmark.run", "dataset.refresh", "site.analyse")
STATES = ("succeeded",) * 8 + ("failed", "skipped")
PORTION = 100_000  # executions that are made before they are written


def _line(name: str, path: str, **query: str) -> Question:
    return Question(name=name, path=f"{BASE}/{path}", query=query, limits={})


QUESTIONS = (
    _line("dashboard", "dashboard"),
    _line("schedules, newest 50", "schedules", limit="50"),
    _line("executions, newest 50", "runs", limit="50"),
    _line("executions that failed", "runs", state="failed", limit="50"),
    _line("executions of a kind", "runs", kind="site.analyse", limit="50"),
    _line("executions of one schedule", "runs", schedule_id="77", limit="50"),
    _line("executions that are open", "runs", state="queued", limit="50"),
    _line("execution logs", "execution-logs"),
    _line("failed execution logs", "execution-logs", status="failed"),
    _line("event history", "event-history"),
    _line("events of a type of 30 days", "event-history", event_type="job_failed", days="30"),
    _line("recent logs", "recent-scheduler-logs"),
)


def seed_executions(
    database: Database, owner_ids: Sequence[int], schedules: int, each: int
) -> None:
    """Write schedules with their executions, events and counters; the newest hour is the last."""
    rows = [_schedule(number, owner_ids) for number in range(1, schedules + 1)]
    write_rows(database, Schedule, rows)
    draw, counts = random.Random(each), Counter[tuple[Any, int, str, str]]()
    for some in _portions(rows, each, draw):
        write_rows(database, ScheduleExecution, some)
        write_rows(database, ScheduleEvent, [_event(one) for one in some])
        for one in some:
            day = one["finished_at"].date()
            counts[day, one["owner_id"], one["kind"], one["state"]] += 1
    write_rows(database, DailyCounter, list(_counters(counts)))
    for later in (timedelta(), SETTLED):  # as the clock has counted them by the hour
        count_hours(database, now() + later)
    prepare(database)


def _schedule(number: int, owners: Sequence[int]) -> dict[str, Any]:
    at = now()
    return {
        "id": number, "owner_id": owners[number % len(owners)], "visibility": "private",
        "kind": KINDS[number % len(KINDS)], "name": f"schedule {number}", "params": {},
        "cron": f"{number % 60} * * * *", "timezone": "Europe/Berlin", "exclude": [],
        "catch_up": "skip", "catch_up_most": 1, "jitter_s": 0, "version": 1, "state": "active",
        "failures": 0, "cool_off_level": 0, "fallback": "next_level", "epoch": at, "tzdata": "",
        "created_at": at, "updated_at": at, "next_run_at": at + timedelta(days=1),
        "due_at": at + timedelta(days=1),
    }  # fmt: skip


def _portions(
    rows: list[dict[str, Any]], each: int, draw: random.Random
) -> Iterator[list[dict[str, Any]]]:
    """Yield executions, the oldest first, and of one hour all schedules."""
    began, some = now() - timedelta(hours=each), list[dict[str, Any]]()
    for hour in range(each):
        some += [_execution(row, began + timedelta(hours=hour), draw) for row in rows]
        if len(some) >= PORTION:
            yield some
            some = []
    if some:
        yield some


def _execution(schedule: dict[str, Any], at: datetime, draw: random.Random) -> dict[str, Any]:
    state = draw.choice(STATES)
    return {
        "schedule_id": schedule["id"], "owner_id": schedule["owner_id"], "visibility": "private",
        "kind": schedule["kind"], "source": "schedule", "version": 1, "scheduled_for": at,
        "state": state, "attempt": int(state != "skipped"), "is_probe": False, "missed": 0,
        "skip_reason": "overlapped" if state == "skipped" else None,
        "error_code": "network" if state == "failed" else None,
        "created_at": at, "started_at": at, "finished_at": at + timedelta(seconds=30),
    }  # fmt: skip


def _event(execution: dict[str, Any]) -> dict[str, Any]:
    word = {"succeeded": "completed"}.get(execution["state"], execution["state"])
    return {
        "type": f"job_{word}", "owner_id": execution["owner_id"],
        "schedule_id": execution["schedule_id"], "created_at": execution["finished_at"],
        "data": {"kind": execution["kind"], "name": "one of many"},
    }  # fmt: skip


def _counters(counts: Counter[tuple[Any, int, str, str]]) -> Iterator[dict[str, Any]]:
    names = {"succeeded": "executed", "failed": "failed", "skipped": "skipped"}
    rows: dict[tuple[Any, int, str], dict[str, Any]] = {}
    for (day, owner, kind, state), number in counts.items():
        key = {"day": day, "owner_id": owner, "kind": kind}
        row = rows.setdefault((day, owner, kind), key | dict.fromkeys(names.values(), 0))
        row[names[state]] += number
    for row in rows.values():
        yield row | {"created": row["executed"] + row["failed"], "cancelled": 0, "retried": 0,
                     "duration_ms": 0}  # fmt: skip


def measure(schedules: int = SCHEDULES, each: int = EACH, times: int = TIMES) -> list[Figure]:
    """Return the 95th percentile of every question on both databases."""

    def fill(database: Database, owner_ids: Sequence[int]) -> None:
        seed_executions(database, owner_ids, schedules, each)

    rows = f"{schedules * each:,} executions"
    return answer_times(QUESTIONS, rows, fill, LIMIT_MS, times)
