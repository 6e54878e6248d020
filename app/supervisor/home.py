"""The folder of one installation: private, used by one supervisor at a time."""

import fcntl
import json
import os
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, Self

import psutil
import structlog

from app.clock import now
from app.supervisor.child import Child, Ending

log = structlog.get_logger(__name__)

LEAVING_SECONDS = 10.0  # how long processes of a dead supervisor may take to disappear


class HomeError(Exception):
    """The home cannot be used; the message says why and what to do."""


class HomeInUseError(HomeError):
    """Another supervisor has this home; the message names it."""


def prepare_home(home: Path) -> None:
    """Create the home, or take its permissions back from everybody else. Raises HomeError."""
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        home.chmod(0o700)
        for path in (*home.glob("*.db*"), *home.glob("*.json")):
            path.chmod(0o600)  # made by a release that left this to whoever started it
        with TemporaryFile(dir=home) as probe:  # a full disk creates files, and takes no bytes
            probe.write(b"probe" * 1000)
    except OSError as error:
        raise HomeError(
            f"Nothing can be written to {home}: {error.strerror}. Free or mount the disk, give "
            "this user the folder, or set ROUNDHOUSE_HOME to another folder."
        ) from None


class Home:
    """The lock and the list of processes in the home of a running platform."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock: int | None = None
        self._started_at = now().isoformat()
        self._refusal: str | None = None

    def __enter__(self) -> Self:
        """Take the home over. Raises HomeInUseError."""
        prepare_home(self.folder)
        self._lock = os.open(self.folder / "supervisor.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._lock)
            pid = self.read().get("pid", "unknown")
            raise HomeInUseError(
                f"The platform in {self.folder} is running already (process {pid}). "
                "Stop it first, or set ROUNDHOUSE_HOME to another folder."
            ) from None
        _wait_for_ends(self.read().get("processes", []))
        return self

    def __exit__(self, *_: object) -> None:
        self._state.unlink(missing_ok=True)
        if self._lock is not None:
            os.close(self._lock)

    def is_running(self) -> bool:
        """Return whether a supervisor has this home now."""
        try:
            lock = os.open(self.folder / "supervisor.lock", os.O_RDWR)
        except OSError:
            return False
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(lock)
        return False

    def write(self, url: str, children: Sequence[Child]) -> None:
        """Say which processes there are; a full disk keeps the last list and ends nobody.

        It is called every second: a cause is logged once, and once more when it is gone.
        """
        state = {
            "pid": os.getpid(),
            "url": url,
            "started_at": self._started_at,
            "processes": [_entry(child) for child in children if child.pid is not None],
        }
        draft = self._state.with_suffix(".draft")
        try:
            draft.write_text(json.dumps(state))
            draft.replace(self._state)
        except OSError as error:
            self._log_change(error.strerror)
        else:
            self._log_change(None)

    def _log_change(self, refusal: str | None) -> None:
        if refusal == self._refusal:
            return
        self._refusal = refusal
        if refusal is None:
            log.info("the list of processes can be written again")
        else:
            log.error("the list of processes cannot be written", reason=refusal)

    def read(self) -> dict[str, Any]:
        """Return what the running or the last supervisor wrote, empty when there is nothing."""
        try:
            state: dict[str, Any] = json.loads(self._state.read_text())
        except (OSError, ValueError):
            return {}
        return state

    @property
    def _state(self) -> Path:
        return self.folder / "supervisor.json"


def _entry(child: Child) -> dict[str, Any]:
    return {
        "name": child.program.name,
        "pid": child.pid,
        "since": child.since.isoformat() if child.since else None,
        "restarts": child.restarts,
        "last_ending": _ending(child.last_ending),
    }


def _ending(ending: Ending | None) -> dict[str, Any] | None:
    return None if ending is None else asdict(ending) | {"at": ending.at.isoformat()}


def _wait_for_ends(entries: Sequence[dict[str, Any]]) -> None:
    """Wait for what the kernel is ending: two Redis servers must not write one file."""
    deadline = time.monotonic() + LEAVING_SECONDS
    while any(_is_alive(entry) for entry in entries) and time.monotonic() < deadline:
        time.sleep(0.02)


def _is_alive(entry: dict[str, Any]) -> bool:
    with suppress(psutil.Error, KeyError, ValueError):
        process = psutil.Process(entry["pid"])
        # The same id may belong to somebody younger by now.
        born = process.create_time()
        is_ours = abs(born - _timestamp(entry["since"])) < 5
        return is_ours and process.status() != psutil.STATUS_ZOMBIE
    return False


def _timestamp(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()
