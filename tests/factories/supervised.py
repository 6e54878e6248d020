"""A supervisor in a process of its own, over tiny programs that a test describes."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psutil

from app.supervisor.child import ROOT, Program
from app.supervisor.home import Home, HomeInUseError
from app.supervisor.supervisor import Supervisor
from harness.eventually import eventually

SLEEP = "import time; time.sleep(600)"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SLEEP}"
LEAVES = "pass"


def python(name: str, code: str, stage: int = 0, patience: float = 5.0) -> dict[str, Any]:
    """Describe a program that runs some Python."""
    command = [sys.executable, "-S", "-c", code]
    return {"name": name, "command": command, "stage": stage, "patience": patience}


def beats(name: str, silence: float) -> dict[str, Any]:
    """Describe a program that says often that it lives."""
    code = "import time\nfrom app import pulse\nwhile True: pulse.beat(); time.sleep(0.1)"
    return python(name, code) | {"silence": silence}


def described_program(program: Program) -> dict[str, Any]:
    """Describe a program of the product, without what only its own process knows."""
    return {"name": program.name, "command": program.command, "stage": 0, "patience": 5.0}


def notes_its_end(name: str, file: Path, stage: int) -> dict[str, Any]:
    """Describe a program that writes its name into ``file`` when it is asked to stop."""
    return python(
        name,
        f"import signal, sys, time\n"
        f"def stop(*_):\n    open({str(file)!r}, 'a').write({name + ' '!r})\n    sys.exit()\n"
        f"signal.signal(signal.SIGTERM, stop)\n"
        f"open({f'{file}.ready'!r}, 'a').write('.')\n"
        f"while True: time.sleep(0.05)",
        stage,
    )


class Host:
    """The supervising process, seen from outside."""

    def __init__(self, home: Path, programs: Sequence[dict[str, Any]]) -> None:
        self.home = Home(home)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.factories.supervised", str(home), json.dumps(programs)],
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
        )

    def pids(self) -> dict[str, int]:
        """Return the ids of the living programs by name."""
        return {entry["name"]: entry["pid"] for entry in self.home.read().get("processes", [])}

    def restarts(self, name: str) -> int:
        """Return how often the program of this name was started again."""
        entries = self.home.read().get("processes", [])
        return sum(entry["restarts"] for entry in entries if entry["name"] == name)

    def started(self, *names: str) -> dict[str, int]:
        """Wait until these programs run and return their ids."""
        eventually(lambda: set(names) <= self.pids().keys() and self._settled(names))
        return self.pids()

    def restarted(self, name: str, old: int) -> int:
        """Wait until another process runs under ``name`` and return its id."""
        eventually(lambda: self.pids().get(name, old) != old)
        return self.pids()[name]

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Signal the supervisor and return its exit status."""
        self.process.send_signal(number)
        return self.process.wait()

    def close(self) -> None:
        """Leave nothing behind, whatever the test did."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()

    def _settled(self, names: Sequence[str]) -> bool:
        """Whether the launcher has become each program: signals before that would be lost."""
        return all("app.supervisor.launch" not in _command(self.pids().get(name)) for name in names)


def alive(pids: Sequence[int]) -> list[int]:
    """Return which of the processes still run."""
    return [pid for pid in pids if _status(pid) not in (None, psutil.STATUS_ZOMBIE)]


def ignores_term(pid: int) -> bool:
    """Return whether the process ignores SIGTERM by now."""
    status = Path(f"/proc/{pid}/status").read_text()
    ignored = next(line for line in status.splitlines() if line.startswith("SigIgn:"))
    return bool(int(ignored.split()[1], 16) & 1 << (signal.SIGTERM - 1))


def _status(pid: int) -> str | None:
    try:
        return psutil.Process(pid).status()
    except psutil.NoSuchProcess:
        return None


def _command(pid: int | None) -> str:
    try:
        return " ".join(psutil.Process(pid).cmdline())
    except psutil.NoSuchProcess:
        return "app.supervisor.launch"


def main() -> None:
    """Supervise what the arguments describe."""
    folder, described = sys.argv[1:]
    home = Home(Path(folder))
    programs = [Program(**program) for program in json.loads(described)]
    try:
        with home:
            Supervisor(
                programs, report=lambda children: home.write("", children), on_ready=lambda: None
            ).run()
    except HomeInUseError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    os.environ.setdefault("PYTHONPATH", str(ROOT))
    main()
