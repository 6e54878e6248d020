"""Bounds the process that reads a foreign file, before it reads a byte."""

import os
import resource

from app.process import cap, die_with_parent
from services.datasets.limits import InspectionLimits


def enter(parent: int, limits: InspectionLimits) -> None:
    """Tie this process to its parent and cap its memory, time, files and output."""
    die_with_parent(parent)
    os.umask(0o077)
    cap(resource.RLIMIT_AS, limits.memory_bytes)
    cap(resource.RLIMIT_CPU, limits.cpu_seconds)
    cap(resource.RLIMIT_FSIZE, limits.unpacked_bytes)
    cap(resource.RLIMIT_CORE, 0)
    cap(resource.RLIMIT_NOFILE, 64)
