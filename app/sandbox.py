"""Runs a module of ours on a foreign file in a process of its own, within bounds.

A hostile file can only kill that process: memory, CPU time, wall time, output and open files are
bounded before it reads a byte, and it knows no secret of its parent.
"""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.process import cap, die_with_parent

_ROOT = Path(__file__).resolve().parents[1]
_PYTHON_ERROR = 1
_MAX_OPEN_FILES = 64
NICE = 10  # whoever waits for a page goes first


@dataclass(frozen=True, kw_only=True)
class ProcessLimits:
    """What a process may use: address space, CPU seconds, seconds, bytes of one file written."""

    memory_bytes: int
    cpu_seconds: int
    wall_seconds: int
    output_bytes: int


class OutOfTime(Exception):
    """The process did not end within ``wall_seconds``."""


class OutOfBounds(Exception):
    """The kernel ended the process: it needed more memory or CPU time than is allowed."""


class ProcessBroken(Exception):
    """The process failed through a fault of its own program."""


def enter(parent: int, limits: ProcessLimits) -> None:
    """Tie this process to its parent, let it give way, and cap its memory, time and output."""
    die_with_parent(parent)
    os.nice(NICE)
    os.umask(0o077)
    cap(resource.RLIMIT_AS, limits.memory_bytes)
    cap(resource.RLIMIT_CPU, limits.cpu_seconds)
    cap(resource.RLIMIT_FSIZE, limits.output_bytes)
    cap(resource.RLIMIT_CORE, 0)
    cap(resource.RLIMIT_NOFILE, _MAX_OPEN_FILES)


def run_module(module: str, request: Mapping[str, object], *, wall_seconds: int) -> bytes:
    """Run ``python -m module`` with a JSON request on stdin and return what it writes to stdout.

    The module calls ``enter`` itself. Raises ``OutOfTime``, ``OutOfBounds`` or ``ProcessBroken``.
    """
    try:
        child = subprocess.run(
            [sys.executable, "-m", module],
            input=json.dumps(request).encode(),
            capture_output=True,
            timeout=wall_seconds,
            cwd=_ROOT,
            env=child_environment(),
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise OutOfTime(f"{module} took over {wall_seconds} s") from None
    if child.returncode == 0:
        return child.stdout
    stderr = child.stderr[-2000:].decode(errors="replace")
    _warn(module=module, code=child.returncode, stderr=stderr)
    raise (ProcessBroken if child.returncode == _PYTHON_ERROR else OutOfBounds)(module)


def _warn(**facts: object) -> None:
    import structlog  # the child, which never warns, would need half as long again to start

    structlog.get_logger(__name__).warning("sandboxed process failed", **facts)


def child_environment() -> dict[str, str]:
    """Return what the child may know: no secret of this process is among it.

    It keeps compiled modules as this process does: to compile them takes as long as to load them.
    Libraries use one thread each: two of one block wait for each other at full speed.
    """
    return {
        "PYTHONPATH": str(_ROOT),
        **({"PYTHONDONTWRITEBYTECODE": "1"} if sys.dont_write_bytecode else {}),
        "LANG": "C.UTF-8",
        "POLARS_MAX_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
