"""The failure inbox with 200,000 failures, on SQLite and on PostgreSQL.

The failures are written straight into the tables, as two years of jobs would have left them: of
2,000 causes, a tenth of all failures with one of them. What is timed is the whole answer over HTTP,
from a real web process, for an admin, who sees all, and for a member.
"""

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert

from app.auth.actor import SYSTEM
from app.clock import now
from app.db.engine import Database
from app.models.incident import Incident, IncidentDay, IncidentRoute, JobFailure
from app.models.job import Job
from app.models.run import Run
from app.models.user import User
from bench.figures import Figure, at_most, percentile
from bench.lists import PORTION, Question, Seeded, fresh_database, prepare
from bench.private import private_settings
from harness.site import Site
from services.accounts.tokens import add_token
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


def seed_failures(database: Database, owner_ids: list[int], many: int, causes: int) -> None:
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


def write_rows(database: Database, model: Any, rows: list[dict[str, Any]]) -> None:
    """Write many rows, a portion in each transaction."""
    for first in range(0, len(rows), PORTION):
        with database.write() as unit:
            portion = rows[first : first + PORTION]
            unit.session.connection().execute(insert(model.__table__), portion)


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


def _incident(number: int, owners: list[int], count: int, draw: random.Random) -> dict[str, Any]:
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


@contextmanager
def _site(kind: str, many: int, causes: int) -> Iterator[Seeded]:
    with fresh_database(kind) as more, private_settings(**more) as settings:
        site = Site(settings)
        try:
            people = {role: site.user(role) for role in ("admin", "member")}
            # the member owns the commonest one
            owners = [people["member"].id, people["admin"].id]
            seed_failures(site.database, owners, many, causes)
            tokens = {role: token_of(site, person) for role, person in people.items()}
            site.web.start()
            yield Seeded(site=site, tokens=tokens)
        finally:
            site.close()


def token_of(site: Site, user: User) -> str:
    """Return a token with all that its owner may do: an admin sees the incidents of all."""
    with site.database.write() as unit:
        scopes = ["read", "write", *(["admin"] if user.role == "admin" else [])]
        return add_token(unit, SYSTEM, user.id, "inbox", scopes, None).secret


def measure(many: int = FAILURES, causes: int = CAUSES, times: int = TIMES) -> list[Figure]:
    """Return the 95th percentile of every question on both databases."""
    figures = []
    for kind in ("sqlite", "postgresql"):
        with _site(kind, many, causes) as seeded:
            for question in QUESTIONS:
                for who in seeded.tokens:
                    taken = seeded.milliseconds(who, question, times)
                    name = f"{question.name}; {many:,} failures, {kind}, {who}"
                    figures.append(at_most(name, percentile(taken, 95), LIMIT_MS, "ms", "p95"))
    return figures
