"""The processes of one installation as ``python -m app up`` starts them, and its database."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import psutil

from app.auth.actor import SYSTEM
from app.clock import now
from app.db.engine import Database
from app.db.migrate import migrate
from app.models.user import User
from app.settings import Settings
from app.supervisor.child import ROOT
from app.supervisor.home import Home
from harness.ports import free_port
from services.accounts.tokens import add_token

RETURN_SECONDS = 180.0  # of a busy machine that starts every process again
LOOK_SECONDS = 0.25
ANSWER_SECONDS = 5.0
SCOPES = ("read", "write", "admin")
CUTS = Path(__file__).parent / "cut_at_commit"


@dataclass(frozen=True, kw_only=True)
class InstallationPlan:
    """What is started: ``url`` is the database as the platform sees it, ``direct`` as we do."""

    home: Path
    url: str | None = None
    direct: str | None = None
    train_workers: int = 0
    benchmark_workers: int = 0


class InstallationSite:
    """One platform: its supervisor, the parts below it, and who may write to it."""

    def __init__(self, plan: InstallationPlan) -> None:
        port = free_port()
        environment = {
            "ROUNDHOUSE_HOME": str(plan.home),
            "ROUNDHOUSE_HOST": "127.0.0.1",
            "ROUNDHOUSE_PORT": str(port),
            "ROUNDHOUSE_LOG_LEVEL": "warning",
            "DATABASE_URL": plan.url or f"sqlite:///{plan.home}/roundhouse.db",
        }
        self.settings = replace(
            Settings.from_env(environment),
            train_workers=plan.train_workers,
            benchmark_workers=plan.benchmark_workers,
            io_workers=1,
            cores=1,
        )
        self.home, self.url = plan.home, self.settings.public_url
        self.database = Database(plan.direct or self.settings.database_url, pool_size=2)
        migrate(self.database)
        self.token = _admin_token(self.database)
        self.order = plan.home.with_name(f"{plan.home.name}.cut")  # not on a disk that is full
        self.log = plan.home.with_name(f"{plan.home.name}.log")
        self.manual_restarts = 0
        self._supervisor: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the supervisor."""
        launcher = [sys.executable, "-S", "-m", "app.supervisor.launch", str(os.getpid())]
        own = {"PYTHONPATH": str(CUTS), "CHAOS_CUT_FILE": str(self.order)}
        with self.log.open("ab") as log:
            self._supervisor = subprocess.Popen(
                [*launcher, sys.executable, "-m", "app", "up", "--quiet"],
                cwd=ROOT,
                env={**os.environ, **self.settings.environment(), **own},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def stop(self) -> None:
        """End every process."""
        self.resume()
        for pid in self.pids():
            _send(pid, signal.SIGKILL)
        if self._supervisor is not None:
            self._supervisor.wait()
        self.database.close()

    def restart_by_hand(self) -> None:
        """Do what nobody should have to."""
        self.manual_restarts += 1
        for pid in self.pids():
            _send(pid, signal.SIGKILL)
        if self._supervisor is not None:
            self._supervisor.wait()
        self.start()

    def pids(self) -> list[int]:
        """Return the ids of the supervisor and of everything below it, the supervisor first."""
        if self._supervisor is None or self._supervisor.poll() is not None:
            return []
        with suppress(psutil.NoSuchProcess):
            root = psutil.Process(self._supervisor.pid)
            return [root.pid, *(one.pid for one in root.children(recursive=True))]
        return []

    def part(self, name: str) -> int | None:
        """Return the id of the process whose name begins so, None while there is none."""
        for entry in Home(self.home).read().get("processes", []):
            if entry["name"].startswith(name) and psutil.pid_exists(entry["pid"]):
                return int(entry["pid"])
        return None

    def pause(self) -> list[int]:
        """Stop every process, as a host that sleeps does; the supervisor first, so none is new."""
        pids = self.pids()
        for pid in pids:
            _send(pid, signal.SIGSTOP)
        return pids

    def resume(self) -> None:
        """Let every process go on, the supervisor last."""
        for pid in reversed(self.pids()):
            _send(pid, signal.SIGCONT)

    def stopped(self) -> list[str]:
        """Return the names of the parts that are frozen or not there."""
        return list(self._stopped())

    def _stopped(self) -> Iterator[str]:
        entries: Sequence[dict[str, object]] = Home(self.home).read().get("processes", [])
        for entry in entries:
            try:
                status = psutil.Process(int(str(entry["pid"]))).status()
            except psutil.NoSuchProcess:
                status = psutil.STATUS_DEAD
            if status in (psutil.STATUS_STOPPED, psutil.STATUS_DEAD, psutil.STATUS_ZOMBIE):
                yield str(entry["name"])

    def answers(self) -> bool:
        """Return whether it lives, and reads from its database."""
        headers = {"Authorization": f"Bearer {self.token}"}
        with suppress(httpx.HTTPError):
            for path in ("/health/live", "/api/auth/me"):
                answer = httpx.get(self.url + path, headers=headers, timeout=ANSWER_SECONDS)
                if not answer.is_success:
                    return False
            return True
        return False

    def comes_back(self, seconds: float = RETURN_SECONDS) -> float | None:
        """Return how long it took until everything was up, None when it was not by then."""
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            if self.answers() and not self.stopped():
                return time.monotonic() - began
            time.sleep(LOOK_SECONDS)
        return None


def _admin_token(database: Database) -> str:
    """Write an admin and return the secret of a token."""
    at = now()
    user = User(email="writer@example.org", name="", role="admin", is_active=True, created_at=at)
    with database.write() as unit:
        unit.session.add(user)
        unit.session.flush()
        return add_token(unit, SYSTEM, user.id, "chaos", SCOPES, None).secret


def _send(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)
