"""A whole live site for tests and measurements: the real web process on a free port."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from app.auth.actor import SYSTEM
from app.clock import now
from app.db.engine import Database
from app.events import Event
from app.models.run import Run
from app.models.user import User
from app.resources import Resources, open_resources
from app.settings import Settings
from harness.eventually import eventually
from harness.plain_http import NO_CERTIFICATES
from services.accounts.tokens import add_token, scopes_for
from services.domains import OBSERVERS

READY_SECONDS = 180.0  # of a busy machine


@dataclass
class WebProcess:
    """``python -m app web``, which may be killed and started again."""

    settings: Settings
    log: Path
    process: "subprocess.Popen[bytes] | None" = field(default=None)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.settings.port}"

    def start(self) -> float:
        """Start it and return the seconds until it answered that it lives."""
        began = time.monotonic()
        launcher = [sys.executable, "-S", "-m", "app.supervisor.launch"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*launcher, str(os.getpid()), sys.executable, "-m", "app", "web"],
                env={**os.environ, **self.settings.environment()},
                stdout=log,
                stderr=log,
            )
        eventually(self._lives, READY_SECONDS, every=0.05)
        return time.monotonic() - began

    def _lives(self) -> bool:
        """Return whether it answers. Raises RuntimeError with its last words when it has ended."""
        if self.process is not None and self.process.poll() is not None:
            raise RuntimeError(self.log.read_text()[-2000:])
        with suppress(httpx.HTTPError):
            url = self.url + "/health/live"
            return httpx.get(url, timeout=2, verify=NO_CERTIFICATES).is_success
        return False

    def kill(self) -> None:
        self.end(signal.SIGKILL)

    def end(self, number: int = signal.SIGTERM) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)
            self.process.wait()


class Site:
    """A web process, the database behind it, and people who may use it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.resources: Resources = open_resources(settings, OBSERVERS, pool_size=4)
        self.web = WebProcess(settings, settings.home / "web.log")
        self._people = 0

    @property
    def url(self) -> str:
        return self.web.url

    @property
    def database(self) -> Database:
        return self.resources.database

    def close(self) -> None:
        self.web.kill()
        self.resources.close()

    def user(self, role: str = "member") -> User:
        """Write a new person."""
        self._people += 1
        user = User(
            email=f"watcher{self._people}@example.org",
            name=f"Watcher {self._people}",
            role=role,
            is_active=True,
            created_at=now(),
        )
        with self.database.write() as unit:
            unit.session.add(user)
        return user

    def token(self, user: User) -> str:
        """Write a token and return its secret."""
        with self.database.write() as unit:
            scopes = scopes_for(user, None)
            return add_token(unit, SYSTEM, user.id, "live", scopes, None).secret

    def topic(self, owner: User, visibility: str = "private") -> str:
        """Write a run and return its topic."""
        run = Run(
            name="watched",
            training_mode="federated",
            status="in_progress",
            start_time=now(),
            owner_id=owner.id,
            visibility=visibility,
            config={},
            seed=1,
        )
        with self.database.write() as unit:
            unit.session.add(run)
        return f"run:{run.id}"

    def publish(self, topic: str, *events: Event) -> None:
        """Commit events and ring for them, as a worker does."""
        with self.database.write() as unit:
            for event in events:
                unit.publish(topic, event)
