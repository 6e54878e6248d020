"""The platform as it runs: version, processes of this host, queues, health."""

import tomllib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import func, select

from app.health import Check, check_health, configured_workers, known_workers
from app.jobs import states
from app.models.job import Job
from app.resources import Resources
from app.supervisor.home import Home

PYPROJECT = Path(__file__).resolve().parents[1] / "pyproject.toml"
MEGABYTE = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class ProcessState:
    """One process; its memory is resident, in MB."""

    name: str
    pid: int
    memory_mb: float | None
    since: datetime | None


@dataclass(frozen=True, kw_only=True)
class QueueState:
    """One queue: what waits, what is being done, who listens."""

    name: str
    queued: int
    running: int
    workers: int


@dataclass(frozen=True, kw_only=True)
class SystemState:
    """Everything at once."""

    version: str
    processes: Sequence[ProcessState]
    queues: Sequence[QueueState]
    health: Sequence[Check]


def system_state(resources: Resources) -> SystemState:
    """Look at the platform."""
    return SystemState(
        version=version(),
        processes=processes_of(resources.settings.home),
        queues=_queues(resources),
        health=check_health(resources),
    )


@cache
def version() -> str:
    """Return the version of this installation."""
    return str(tomllib.loads(PYPROJECT.read_text())["project"]["version"])


def processes_of(folder: Path) -> list[ProcessState]:
    """Return the processes that the supervisor of this home has started, itself first."""
    home = Home(folder)
    state = home.read() if home.is_running() else {}
    if not state:
        return []
    itself = {"name": "supervisor", "pid": state["pid"], "since": state["started_at"]}
    return [_process(entry) for entry in (itself, *state["processes"])]


def _process(entry: Mapping[str, Any]) -> ProcessState:
    memory = None
    with suppress(psutil.Error):
        memory = round(psutil.Process(entry["pid"]).memory_info().rss / MEGABYTE, 1)
    since = entry.get("since")
    return ProcessState(
        name=entry["name"],
        pid=entry["pid"],
        memory_mb=memory,
        since=datetime.fromisoformat(since) if since else None,
    )


def _queues(resources: Resources) -> list[QueueState]:
    workers = known_workers(resources) or {}
    jobs = _jobs_by_queue(resources)
    return [
        QueueState(
            name=queue,
            queued=sum(jobs.get((queue, state), 0) for state in states.CLAIMABLE),
            running=sum(jobs.get((queue, state), 0) for state in states.HELD),
            workers=workers.get(queue, 0),
        )
        for queue in configured_workers(resources.settings)
    ]


def _jobs_by_queue(resources: Resources) -> dict[tuple[str, str], int]:
    query = (
        select(Job.queue, Job.state, func.count().label("jobs"))
        .where(Job.state.not_in(states.TERMINAL))
        .group_by(Job.queue, Job.state)
    )
    with resources.database.read() as session:
        return {(row.queue, row.state): row.jobs for row in session.execute(query)}
