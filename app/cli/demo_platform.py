"""The platform under the demo: started as a child, stopped with it, dead when it dies."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import httpx

from app.cli.common import load_settings
from app.cli.demo_client import DemoError
from app.settings import Settings
from app.supervisor.child import ROOT
from app.supervisor.home import Home

START_SECONDS = 180.0  # of a busy machine; who has ended is noticed at once
STOP_SECONDS = 30.0
SHARED = ("DATABASE_URL", "REDIS_URL", "STORAGE_URL", "ROUNDHOUSE_PUBLIC_URL")


@contextmanager
def private_settings() -> Iterator[Settings]:
    """Yield settings of a home and a port that nobody else has, and delete the home afterwards."""
    folder = tempfile.mkdtemp(prefix="roundhouse-demo-")
    own = {name: value for name, value in os.environ.items() if name not in SHARED}
    try:
        yield load_settings(
            own
            | {
                "ROUNDHOUSE_HOME": folder,
                "ROUNDHOUSE_HOST": "127.0.0.1",
                "ROUNDHOUSE_PORT": str(free_port()),
            }
        )
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class DemoSupervisor:
    """The child that supervises, or one that was there before and is left alone."""

    def __init__(self, process: "subprocess.Popen[bytes] | None") -> None:
        self._process = process

    def check(self) -> None:
        """Raise SystemExit with the child's status when it has ended; it has said why."""
        if self._process is not None and (status := self._process.poll()) is not None:
            raise SystemExit(status or 1)

    def wait(self) -> None:
        """Wait until it ends or the person presses Ctrl-C."""
        if self._process is not None:
            with suppress(KeyboardInterrupt):
                self._process.wait()

    def stop(self) -> None:
        """Stop the child in order."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


@contextmanager
def own_platform(settings: Settings) -> Iterator[DemoSupervisor]:
    """Run the platform until the context ends, or use the one that runs in this home."""
    signal.signal(signal.SIGTERM, _interrupt)
    running = Home(settings.home).is_running()
    supervisor = DemoSupervisor(None if running else _start(settings))
    try:
        _wait_until_served(settings, supervisor)
        yield supervisor
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    finally:
        supervisor.stop()


def _start(settings: Settings) -> "subprocess.Popen[bytes]":
    launcher = [sys.executable, "-S", "-m", "app.supervisor.launch", str(os.getpid())]
    return subprocess.Popen(
        [*launcher, sys.executable, "-m", "app", "up", "--quiet"],
        cwd=ROOT,
        env={**os.environ, **settings.environment()},
        start_new_session=True,
    )


def _wait_until_served(settings: Settings, supervisor: DemoSupervisor) -> None:
    deadline = time.monotonic() + START_SECONDS
    with httpx.Client(timeout=2.0, trust_env=False) as http:
        while time.monotonic() < deadline:
            supervisor.check()
            with suppress(httpx.HTTPError):
                http.get(f"http://{settings.url_host}:{settings.port}/health/live")
                return
            time.sleep(0.05)
    raise DemoError(f"The platform did not answer within {START_SECONDS:g} s.")


def free_port() -> int:
    """Return a port of this machine that nobody uses at the moment."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port: int = trial.getsockname()[1]
    return port


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt
