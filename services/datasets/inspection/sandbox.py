"""Bounds the process that reads a foreign file, before it reads a byte."""

import os
import resource

from app.process import die_with_parent
from services.datasets.limits import InspectionLimits


def enter(parent: int, limits: InspectionLimits) -> None:
    """Tie this process to its parent and cap its memory, time, files and output."""
    die_with_parent(parent)
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
