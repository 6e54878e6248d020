"""What a training takes of its machine: processor, memory, GPU."""

import os
import platform
import resource
import socket
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import psutil

KILOBYTE = 1024  # ru_maxrss counts in these on Linux
PERCENT = 100.0


class ProcessMeter:
    """Reads what this process and its children use now; ``host`` is the machine's name.

    Processor time is in per cent of one core, so that 200 is two of them busy; memory is resident,
    in bytes. The first reading of the processor has nothing to count from and is left out.
    """

    def __init__(self) -> None:
        self.host = socket.gethostname()
        self._known: dict[int, psutil.Process] = {}
        self._host_began = False

    def read(self) -> Mapping[str, float]:
        """Return what is used now, by the name of its series."""
        values = self._processes()
        memory = psutil.virtual_memory()
        values["system/host_memory_percent"] = memory.percent
        busy = psutil.cpu_percent(interval=None)
        if self._host_began:
            values["system/host_cpu_percent"] = busy
        self._host_began = True
        return values | _gpu()

    def _processes(self) -> dict[str, float]:
        """Add up this process and its children; one that has just ended is left out."""
        itself = psutil.Process()
        alive = {one.pid: self._known.get(one.pid, one) for one in (itself, *_children(itself))}
        busy, resident, counted = 0.0, 0.0, False
        for pid, process in alive.items():
            with suppress(psutil.Error):
                percent = process.cpu_percent(interval=None)
                resident += process.memory_info().rss
                if pid in self._known:
                    busy, counted = busy + percent, True
        self._known = alive
        values = {"system/memory_bytes": resident}
        return values | ({"system/cpu_percent": busy} if counted else {})


def environment() -> dict[str, Any]:
    """Return the machine that this process runs on; sizes are in bytes.

    ``peak_memory_bytes`` is the most that this process has had so far.
    """
    return {
        "host": socket.gethostname(),
        "system": platform.platform(),
        "cores": os.cpu_count(),
        "memory_bytes": psutil.virtual_memory().total,
        "gpu": _gpu_name(),
        "peak_memory_bytes": peak_memory(),
    }


def peak_memory() -> int:
    """Return the most memory that this process has had, in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * KILOBYTE


def _children(process: psutil.Process) -> list[psutil.Process]:
    with suppress(psutil.Error):
        return list(process.children(recursive=True))
    return []


def _cuda() -> Any | None:
    """Return torch's CUDA where this process trains on it already: asking must not load it."""
    torch = sys.modules.get("torch")
    if torch is None or not torch.cuda.is_initialized():
        return None
    return torch.cuda


def _gpu() -> dict[str, float]:
    cuda = _cuda()
    if cuda is None:
        return {}
    free, total = cuda.mem_get_info()
    return {
        "system/gpu_memory_bytes": float(cuda.memory_reserved()),
        "system/gpu_memory_percent": PERCENT * (total - free) / total,
    }


def _gpu_name() -> str | None:
    cuda = _cuda()
    return None if cuda is None else str(cuda.get_device_name())
