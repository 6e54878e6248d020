"""Saying to the supervisor that this process lives: a byte into a pipe now and then.

A pipe needs neither Redis nor a disk, so whatever else is away is no false alarm. The loop that
does the work says it, not a thread beside it: a thread would live on while the work hangs. Before
that a start may take longer than a turn of any loop, and says something else.
"""

import asyncio
import os
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

VARIABLE = "SUPERVISOR_PULSE"  # no setting: the number of the pipe's end to write to
SECONDS = 2.0  # between two beats of a loop that has no pace of its own
BEAT, STARTING = b".", b"s"


def _writer() -> int | None:
    """Return the pipe's end; what this process starts is not to know of it."""
    number = os.environ.pop(VARIABLE, "")
    with suppress(ValueError, OSError):
        if stat.S_ISFIFO(os.fstat(int(number)).st_mode):
            return int(number)
    return None


_PIPE, _PROCESS = _writer(), os.getpid()


def beat() -> None:
    """Say that the loop goes round; nobody hears it of a fork, or without a supervisor."""
    _say(BEAT)


def say_starting() -> None:
    """Say that a start goes on, which waits for something."""
    _say(STARTING)


@contextmanager
def starting() -> Iterator[None]:
    """Say so from a thread while a start does inside what takes as long as it takes."""
    is_over = threading.Event()

    def keep_saying() -> None:
        while not is_over.wait(SECONDS):
            say_starting()

    thread = threading.Thread(target=keep_saying, daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


def _say(what: bytes) -> None:
    if _PIPE is not None and os.getpid() == _PROCESS:
        with suppress(OSError):  # full, because the supervisor sleeps, or closed
            os.write(_PIPE, what)


async def keep_beating() -> None:
    """Beat for as long as the event loop goes round."""
    while True:
        beat()
        await asyncio.sleep(SECONDS)
