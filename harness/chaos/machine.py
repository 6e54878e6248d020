"""The processes of one host under attack: started, restarted on any exit, listed by role.

Everything runs in the caller's thread: the kernel's death signal belongs to the thread that
started a child.
"""

import os
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from subprocess import Popen
from typing import ClassVar

from app.supervisor.redis_server import find_server, server_command
from harness.chaos.warm import WarmProcess


def say_ready() -> None:
    """Say, in a process of the machine, that its work begins."""
    (Path(os.environ["ROUNDHOUSE_HOME"]) / "ready" / str(os.getpid())).touch()


@dataclass
class MachinePart:
    """One process that is kept alive; ``start`` makes it in an environment."""

    name: str
    start: Callable[[dict[str, str]], "Popen[bytes] | WarmProcess"]
    environment: dict[str, str] = field(default_factory=dict)
    process: "Popen[bytes] | WarmProcess | None" = None
    not_before: float = 0.0
    is_paused: bool = False
    began: float | None = None

    @property
    def pid(self) -> int:
        return self.process.pid if self.process else 0

    @property
    def is_up(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def is_ready(self, home: Path) -> bool:
        """Return whether it is up and has said that it begins to work."""
        return self.is_up and (home / "ready" / str(self.pid)).exists()

    def child(self) -> int | None:
        """Return the work-horse of a worker, None while it is idle."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children")
        try:
            pids = children.read_text().split()
        except OSError:
            return None
        return int(pids[0]) if pids else None


@dataclass
class Machine:
    """Redis, workers and whatever else a system is made of."""

    home: Path
    environment: dict[str, str]
    parts: dict[str, MachinePart] = field(default_factory=dict)
    # of all machines of this process: the first start imports, and says how slow the computer is
    slowest_start: ClassVar[float] = 0.0

    def __post_init__(self) -> None:
        self.log_path = self.home / "processes.log"
        self.log = self.log_path.open("ab")
        (self.home / "ready").mkdir()
        redis = server_command(find_server(), self.home, self.redis_socket)
        self.add("redis", [sys.executable, "-m", "app.supervisor.launch", str(os.getpid()), *redis])

    @property
    def redis_socket(self) -> Path:
        return self.home / "redis.sock"

    def add(self, name: str, command: list[str], **environment: str) -> MachinePart:
        """Keep a process alive from now on; ``environment`` is what it has of its own."""
        start = partial(self._start, command)
        self.parts[name] = MachinePart(name, start, environment)
        return self.parts[name]

    def add_program(self, name: str, program: str, *options: str, **env: str) -> MachinePart:
        """Keep ``harness.chaos.<program>`` alive, started with what it imports already there."""
        module = f"harness.chaos.{program}"
        start = partial(WarmProcess, module, options, log=self.log_path)
        self.parts[name] = MachinePart(name, start, env)
        return self.parts[name]

    def _start(self, command: list[str], env: dict[str, str]) -> "Popen[bytes]":
        return Popen(command, env=env, stdout=self.log, stderr=self.log)

    def workers(self) -> list[MachinePart]:
        """Return the workers that can be attacked now: at work, and not paused already.

        Killing one that is still starting would be no fault that anybody could notice.
        """
        return [
            part
            for part in self.parts.values()
            if part.name.startswith("worker") and part.is_ready(self.home) and not part.is_paused
        ]

    def webs(self) -> list[MachinePart]:
        """Return the web processes that can be attacked now."""
        return [
            part
            for part in self.parts.values()
            if part.name.startswith("web") and part.is_ready(self.home)
        ]

    def has_no(self, name: str) -> bool:
        """Return whether no part of that name belongs to it, up or not."""
        return not any(part.startswith(name) for part in self.parts)

    def keep_alive(self) -> None:
        """Start what is not there, whatever the reason."""
        for part in self.parts.values():
            self._time_start(part)
            if not part.is_up and time.monotonic() >= part.not_before:
                part.is_paused, part.began = False, time.monotonic()
                part.process = part.start({**os.environ, **self.environment, **part.environment})

    def _time_start(self, part: MachinePart) -> None:
        """Note how long this machine takes, just now, to bring a process to work."""
        if part.began is not None and part.is_ready(self.home):
            Machine.slowest_start = max(self.slowest_start, time.monotonic() - part.began)
            part.began = None

    def wipe_redis(self, away_seconds: float) -> None:
        """Kill Redis, delete all that it kept, and start it again after a while."""
        redis = self.parts["redis"]
        redis.not_before = time.monotonic() + away_seconds
        if redis.process is not None:
            redis.process.kill()
            redis.process.wait()
        shutil.rmtree(self.home / "redis", ignore_errors=True)
        (self.home / "redis").mkdir(mode=0o700)

    def is_complete(self) -> bool:
        """Return whether everything is at work."""
        parts = [part for part in self.parts.values() if part.name != "redis"]
        return all(part.is_ready(self.home) for part in parts)

    def clock(self) -> MachinePart | None:
        """Return the clock if there is one at work."""
        clock = self.parts.get("clock")
        return clock if clock is not None and clock.is_ready(self.home) else None

    def stop(self) -> None:
        """End every process; work-horses die with their parents."""
        for part in self.parts.values():
            if part.process is not None and part.is_up:
                part.process.kill()
                part.process.wait()
        self.log.close()
