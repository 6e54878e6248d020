"""What a process asks of the kernel and of Python: to die with its parent, bounds, a quick start.

No orphan may hold a port, a GPU or a lease (design D17).
"""

import ctypes
import gc
import os
import resource
import signal
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

PR_SET_PDEATHSIG = 1


def die_with_parent(parent_pid: int) -> None:
    """Ask the kernel for SIGKILL when the parent dies, and leave if it is dead already.

    ``parent_pid`` is what the parent called itself: a parent that died before this
    call would otherwise leave an orphan. Linux only; on other systems nothing happens.
    """
    if not sys.platform.startswith("linux"):
        return
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG) was refused")
    if os.getppid() != parent_pid:
        os._exit(1)


def cap(what: int, limit: int) -> None:
    """Let this process have at most ``limit`` of the resource ``what`` (``resource.RLIMIT_…``)."""
    _, hard = resource.getrlimit(what)
    allowed = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
    resource.setrlimit(what, (allowed, allowed))


@contextmanager
def importing(without: Iterable[str] = ()) -> Iterator[None]:
    """Import what stays as long as the process: the collector never looks through it.

    Otherwise it would, again and again while there is more and more of it: a tenth of a start.
    ``without`` are libraries that others load only because they are installed, and never call in
    this process: as long as this lasts they are not (``import`` raises ModuleNotFoundError).
    """
    gc.disable()
    absent = [name for name in without if name not in sys.modules]
    sys.modules.update(dict.fromkeys(absent))  # type: ignore[arg-type]  # None: is not there
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]
        gc.freeze()
        gc.enable()
