"""Memory that a flood has left behind goes back to the system.

The C library keeps what was freed, in one arena for each thread; after a few large bodies it would
keep hundreds of megabytes that nobody needs.
"""

import asyncio
import ctypes
import ctypes.util
import gc
import os
from pathlib import Path

M_ARENA_MAX = -8  # of mallopt, see malloc.h
MAX_ARENAS = 2
EVERY_SECONDS = 2.0
GROWTH = 1.1  # times what was left the last time: below it there is little to give
RESIDENT = Path("/proc/self/statm")


def _c_library() -> ctypes.CDLL | None:
    """Return glibc, None on a system that has another one."""
    library = ctypes.CDLL(ctypes.util.find_library("c"))
    return library if hasattr(library, "malloc_trim") else None


async def give_back_spare_memory() -> None:
    """Look every few seconds for ever whether there is something to give back."""
    library = _c_library()
    if library is None or not RESIDENT.exists():
        return
    library.mallopt(M_ARENA_MAX, MAX_ARENAS)
    left = _resident_bytes()
    while True:
        await asyncio.sleep(EVERY_SECONDS)
        if _resident_bytes() > left * GROWTH:
            gc.collect()  # what was there at the start is frozen, so there is little to look at
            await asyncio.to_thread(library.malloc_trim, 0)
            left = _resident_bytes()
        left = min(left, _resident_bytes())


def _resident_bytes() -> int:
    return int(RESIDENT.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
