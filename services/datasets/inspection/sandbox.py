"""Bounds the process that reads a foreign file, before it reads a byte.

The process asks the kernel to die with its parent, then checks that the parent still is the
one that started it: the parent may have died before the request.
"""

import ctypes
import os
import resource
import signal

from services.datasets.limits import InspectionLimits

_PR_SET_PDEATHSIG = 1


def enter(parent: int, limits: InspectionLimits) -> None:
    """Tie this process to its parent and cap its memory, time, files and output."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        raise SystemExit("the parent is gone")
    os.umask(0o077)
    _cap(resource.RLIMIT_AS, limits.memory_bytes)
    _cap(resource.RLIMIT_CPU, limits.cpu_seconds)
    _cap(resource.RLIMIT_FSIZE, limits.unpacked_bytes)
    _cap(resource.RLIMIT_CORE, 0)
    _cap(resource.RLIMIT_NOFILE, 64)


def _cap(what: int, most: int) -> None:
    _, hard = resource.getrlimit(what)
    allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (allowed, allowed))
