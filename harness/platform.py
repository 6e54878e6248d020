"""The whole platform as a user starts it, in a private home, for browser tests and screenshots."""

import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import psutil
from sqlalchemy import select

from app.auth.actor import SYSTEM
from app.cli.demo_platform import own_platform, private_settings
from app.db.engine import Database
from app.db.migrate import migrate
from app.models.user import User
from app.settings import Settings
from app.supervisor.home import Home
from harness.eventually import eventually
from services.accounts.first_admin import first_admin_link
from services.accounts.tokens import add_token

SCOPES = ("read", "write", "admin")
TRAINING_SECONDS = 240.0  # of a busy machine, on which a worker imports its engines first
HELD_SECONDS, GOING_SECONDS = 0.27, 0.03  # far less than a lease

_numbers = count(1)


@dataclass(frozen=True)
class Person:
    """Somebody with an account, and the one-time address that lets them in."""

    id: int
    email: str
    name: str
    role: str
    link: str


@dataclass
class Platform:
    """A running platform: its address, its API as the first admin, and its processes."""

    settings: Settings
    first_link: str
    http: httpx.Client = field(repr=False)
    admin_id: int  # of the first admin

    @property
    def url(self) -> str:
        return self.settings.public_url

    def call(self, method: str, path: str, **options: Any) -> Any:
        """Ask the API as the first admin."""
        answer = self.http.request(method, path, **options)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def add_person(self, role: str = "member") -> Person:
        """Make a fresh account with a one-time sign-in address."""
        number = next(_numbers)
        fields = {"email": f"{role}{number}@example.org", "name": f"{role.title()} {number}"}
        made = self.call("POST", "/api/users", json={**fields, "role": role})
        link = self.call("POST", f"/api/users/{made['id']}/signin-link", json={})["url"]
        return Person(made["id"], made["email"], made["name"], role, link)

    def start_run(self, name: str, *, mode: str = "federated", **fields: Any) -> int:
        """Queue a run of the first admin and return its id."""
        body = {"dataset": "breast_cancer", "experiment_name": name, **fields}
        return int(self.call("POST", f"/api/experiments/{mode}/train", json=body)["run_id"])

    def run(self, run_id: int) -> dict[str, Any]:
        """Return the detail of a run."""
        return self.call("GET", f"/api/runs/{run_id}")

    def wait_for_run(self, run_id: int, status: str = "completed") -> None:
        """Wait until the run has this status."""
        eventually(lambda: self.run(run_id)["status"] == status, TRAINING_SECONDS)

    def last_seq(self, run_id: int) -> int:
        """Return the number of the run's newest event."""
        query = {"topic": f"run:{run_id}", "after": 0, "limit": 1}
        return int(self.call("GET", "/api/events", params=query)["last_seq"])

    def processes(self, name: str) -> list[psutil.Process]:
        """Return the supervised processes whose name begins so."""
        processes = []
        for entry in Home(self.settings.home).read().get("processes", []):
            if entry["name"].startswith(name):
                with suppress(psutil.NoSuchProcess):
                    processes.append(psutil.Process(entry["pid"]))
        return processes

    def kill(self, name: str) -> None:
        """Kill these processes and whatever they have started, without a warning."""
        for process in self.processes(name):
            with suppress(psutil.NoSuchProcess):
                for one in [process, *process.children(recursive=True)]:
                    with suppress(psutil.NoSuchProcess):
                        one.kill()

    @contextmanager
    def slowly(self, name: str) -> Iterator[None]:
        """Let what these processes have begun go on at a tenth of its speed until the end.

        A training of a few rows would be over before a busy machine has drawn the page of it.
        """
        is_over = threading.Event()
        holding = threading.Thread(target=self._hold_back, args=(name, is_over))
        holding.start()
        try:
            yield
        finally:
            is_over.set()
            holding.join()

    def _hold_back(self, name: str, is_over: threading.Event) -> None:
        while not is_over.is_set():
            held = [pid for process in self.processes(name) for pid in _children(process.pid)]
            _send(held, signal.SIGSTOP)
            is_over.wait(HELD_SECONDS)
            _send(held, signal.SIGCONT)
            is_over.wait(GOING_SECONDS)

    @contextmanager
    def without(self, name: str) -> Iterator[None]:
        """Kill these processes, and keep the supervisor from starting them until the end."""
        supervisor = psutil.Process(Home(self.settings.home).read()["pid"])
        supervisor.suspend()
        try:
            self.kill(name)
            yield
        finally:
            supervisor.resume()


def _children(pid: int) -> list[int]:
    """Return who was started by a process; psutil would look at every process of the machine."""
    try:
        return [
            int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        ]
    except OSError:
        return []


def _send(pids: Sequence[int], number: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


@contextmanager
def _started(
    private: Settings, train_workers: int, benchmark_workers: int, more: Mapping[str, Any]
) -> Iterator[Settings]:
    # a core each, however few they are: a training of a few rows is no faster with two
    settings = replace(
        private,
        train_workers=train_workers,
        benchmark_workers=benchmark_workers,
        cores=max(1, train_workers),
        **more,
    )
    with own_platform(settings):
        yield settings


@dataclass(frozen=True)
class _Admin:
    """The first admin: the one-time address that lets them in, and a token."""

    id: int
    link: str
    token: str


def _first_admin(settings: Settings) -> _Admin:
    """Write account, address and token as the command line would, which starts a process for it."""
    database = Database(settings.database_url)
    try:
        migrate(database)  # who answers already may not have come to it
        link = first_admin_link(database, settings.public_url).url
        with database.write() as unit:
            (admin,) = unit.session.scalars(select(User.id))
            token = add_token(unit, SYSTEM, admin, "tests", SCOPES, None).secret
    finally:
        database.close()
    return _Admin(admin, link, token)


@contextmanager
def running_platform(
    *,
    train_workers: int = 2,
    benchmark_workers: int = 0,
    disk: Callable[[Path], AbstractContextManager[object]] = nullcontext,
    **more: Any,
) -> Iterator[Platform]:
    """Start the platform as ``python -m app up`` does, and stop it in order.

    ``disk`` is entered with the home before anything lies there. ``more`` are further settings.
    Each training worker imports its engines before the first job: five seconds of computing.
    """
    with (
        private_settings() as private,
        disk(private.home),
        _started(private, train_workers, benchmark_workers, more) as settings,
    ):
        admin = _first_admin(settings)
        headers = {"Authorization": f"Bearer {admin.token}"}
        with httpx.Client(
            base_url=settings.public_url, headers=headers, timeout=30, trust_env=False
        ) as http:
            yield Platform(settings, admin.link, http, admin.id)
