"""Processes of an attacked host, forked from one that has imported the platform already.

Importing takes more than a second of computing, and a process that is killed every second would
spend most of its lives on it. What runs is the same, each time in a process of its own.
"""

import importlib
import multiprocessing
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from app.process import die_with_parent

CONTEXT = multiprocessing.get_context("forkserver")
IMPORTS = "harness.chaos.warm_imports"  # only there: who starts the processes needs none of it
CONTEXT.set_forkserver_preload([IMPORTS])


class WarmProcess:
    """``main(*arguments)`` of a module in a process of its own; used as a ``Popen`` is."""

    def __init__(
        self, module: str, arguments: Sequence[str], environment: Mapping[str, str], *, log: Path
    ) -> None:
        self._process = CONTEXT.Process(
            target=_become, args=(module, list(arguments), dict(environment), log), daemon=True
        )
        self._process.start()
        self.pid = self._process.pid or 0

    def poll(self) -> int | None:
        """Return how it ended, None while it runs."""
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        """Send a signal; one that has ended hears none."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """Kill it without a warning."""
        self._process.kill()

    def wait(self) -> None:
        """Wait until it has ended."""
        self._process.join()


def _become(
    module: str, arguments: Sequence[str], environment: Mapping[str, str], log: Path
) -> None:
    """Run in the new process: die with the one it was forked from, which dies with the tests."""
    die_with_parent(importlib.import_module(IMPORTS).PID)
    os.environ.clear()
    os.environ.update(environment)
    written = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(written, stream.fileno())
    importlib.import_module(module).main(*arguments)
