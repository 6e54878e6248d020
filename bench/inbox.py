"""The failure inbox with 200,000 failures, on SQLite and on PostgreSQL.

The failures are written straight into the tables, as two years of jobs would have left them: of
2,000 causes, a tenth of all failures with one of them. What is timed is the whole answer over HTTP,
from a real web process, for an admin, who sees all, and for a member.
"""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from app.clock import now
from app.db.engine import Database
from app.models.incident import Incident, IncidentDay, IncidentRoute, JobFailure
from app.models.job import Job
from app.models.run import Run
from bench.answers import answer_times
from bench.figures import Figure
from bench.lists import Question, prepare, write_rows
from services.runs.training.config.config import TrainingConfig

FAILURES, CAUSES = 200_000, 2_000
LIMIT_MS = 60.0
BASE = "/api/inbox/incidents"
COMMONEST = 1  # the incident that a tenth of all failures belong to
TIMES = 40


def _line(name: str, path: str = BASE, **query: str) -> Question:
    return Question(name=name, path=path, query=query, limits={})


QUESTIONS = (
    _line("open incidents, newest 50", state="open"),
    _line("all incidents with part of the message", q="column 17"),
    _line("the incident of a tenth of all", f"{BASE}/{COMMONEST}"),
    _line("its newest failures", f"{BASE}/{COMMONEST}/failures", limit="50"),
    _line("home, with what needs attention", "/api/home"),
)


def seed_failures(database: Database, owner_ids: Sequence[int], many: int, causes: int) -> None:
    """Write ``many`` jobs that failed, with their failures and incidents."""
    draw = random.Random(many)
    belongs = [COMMONEST if draw.random() < 0.1 else draw.randint(1, causes) for _ in range(many)]
    counts = Counter(belongs)
    ids = sorted(counts)
    incidents = [_incident(one, owner_ids, counts[one], draw) for one in ids]
    owners = {row["id"]: row["owner_id"] for row in incidents}
    write_rows(database, Incident, incidents)
    write_rows(database, IncidentRoute, [_route(one, owners[one]) for one in ids])
    write_rows(database, IncidentDay, [day for one in ids for day in _days(one, draw)])
    config = TrainingConfig().as_mapping()
    runs = [_run(at + 1, owners[one], config) for at, one in enumerate(belongs)]
    write_rows(database, Run, runs)
    jobs = [_job(at + 1, owners[one]) for at, one in enumerate(belongs)]
    write_rows(database, Job, jobs)
    failures = [_failure(at + 1, one, owners[one]) for at, one in enumerate(belongs)]
    write_rows(database, JobFailure, failures)
    prepare(database)


def _cause(number: int, owner_id: int) -> dict[str, Any]:
    return {
        "owner_id": owner_id,
        "kind": "train_run",
        "code": "internal",
        "type": "builtins.ValueError",
        "frame": "loader.py:read",
        "words": f"no column {number} in <path>/patients.csv",
        "site": None,
    }


def _incident(
    number: int, owners: Sequence[int], count: int, draw: random.Random
) -> dict[str, Any]:
    owner = owners[0] if number == COMMONEST else draw.choice(owners)
    return _cause(number, owner) | {
        "id": number,
        "state": draw.choice(["open"] * 6 + ["acknowledged", "snoozed", "fixed"]),
        "first_seen": _moment(0),
        "last_seen": now() - timedelta(seconds=draw.randrange(10_000_000)),
        "count": count,
    }


def _route(number: int, owner_id: int) -> dict[str, Any]:
    key = f"{number:032x}"
    return {"owner_no": owner_id, "cause_key": key, "subject": "", "cause_version": 1,
            "incident_id": number}  # fmt: skip


def _days(number: int, draw: random.Random) -> Iterator[dict[str, Any]]:
    today = now().date()
    for back in range(0, 60, 3):
        day = today - timedelta(days=back)
        yield {"incident_id": number, "day": day, "count": draw.randint(1, 9)}


def _moment(at: int) -> datetime:
    return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=at)


def _run(number: int, owner_id: int, config: Any) -> dict[str, Any]:
    return {
        "id": number, "name": f"run {number}", "training_mode": "centralized", "status": "failed",
        "start_time": _moment(number), "end_time": _moment(number), "owner_id": owner_id,
        "visibility": "private", "config": config, "seed": number, "origin": "trained",
        "task": "classification",
    }  # fmt: skip


def _job(number: int, owner_id: int) -> dict[str, Any]:
    return {
        "id": number, "kind": "train_run", "queue": "train", "subject": f"run:{number}",
        "owner_id": owner_id, "state": "failed", "attempt": 1, "deaths": 0, "not_before": 0.0,
        "progress": 0.5, "checkpoint_attempt": 0, "created_at": _moment(number),
        "finished_at": _moment(number), "error": {"type": "ValueError", "detail": "It broke."},
    }  # fmt: skip


def _failure(number: int, incident: int, owner_id: int) -> dict[str, Any]:
    return _cause(incident, owner_id) | {
        "id": number, "incident_id": incident, "job_id": number, "attempt": 1,
        "subject": f"run:{number}", "detail": "It broke.", "message": f"no column {incident}",
        "cause_key": f"{incident:032x}", "cause_version": 1, "at": _moment(number),
    }  # fmt: skip


def measure(many: int = FAILURES, causes: int = CAUSES, times: int = TIMES) -> list[Figure]:
    """Return the 95th percentile of every question on both databases."""

    def fill(database: Database, owner_ids: Sequence[int]) -> None:
        # the member owns the commonest one
        seed_failures(database, owner_ids[::-1], many, causes)

    return answer_times(QUESTIONS, f"{many:,} failures", fill, LIMIT_MS, times)
