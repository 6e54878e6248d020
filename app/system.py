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

from app.health import known_workers
from app.health_parts import HealthPart, explain_health
from app.jobs import states
from app.jobs.backlog import unfinished_jobs
from app.resources import Resources
from app.supervisor.child import Ending
from app.supervisor.home import Home

PYPROJECT = Path(__file__).resolve().parents[1] / "pyproject.toml"
MEGABYTE = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class ProcessState:
    """One process; its memory is resident, in MB.

    ``restarts`` counts how often the supervisor started it again since its own start, and
    ``last_ending`` says how the process before this one ended.
    """

    name: str
    pid: int
    memory_mb: float | None
    since: datetime | None
    restarts: int = 0
    last_ending: Ending | None = None


@dataclass(frozen=True, kw_only=True)
class QueueState:
    """One queue: what waits and for how long, what is being done, who listens.

    ``oldest_seconds`` is the age of the oldest job that waits, None where none does.
    """

    name: str
    queued: int
    running: int
    workers: int
    oldest_seconds: float | None


@dataclass(frozen=True, kw_only=True)
class SystemState:
    """Everything at once."""

    version: str
    processes: Sequence[ProcessState]
    queues: Sequence[QueueState]
    health: Sequence[HealthPart]


def system_state(resources: Resources) -> SystemState:
    """Look at the platform."""
    return SystemState(
        version=version(),
        processes=processes_of(resources.settings.home),
        queues=_queues(resources),
        health=explain_health(resources),
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
        restarts=entry.get("restarts", 0),
        last_ending=_ending(entry.get("last_ending")),
    )


def _ending(entry: Mapping[str, Any] | None) -> Ending | None:
    if entry is None:
        return None
    return Ending(**{**entry, "at": datetime.fromisoformat(entry["at"])})


def _queues(resources: Resources) -> list[QueueState]:
    workers = known_workers(resources) or {}
    with resources.database.read() as session:
        jobs = unfinished_jobs(session)
    return [
        QueueState(
            name=queue,
            queued=sum(jobs.counts.get((queue, state), 0) for state in states.CLAIMABLE),
            running=sum(jobs.counts.get((queue, state), 0) for state in states.HELD),
            workers=workers.get(queue, 0),
            oldest_seconds=jobs.oldest.get(queue),
        )
        for queue in resources.settings.workers
    ]
