"""Waiting for what other threads and processes do: the one loop that polls."""

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
PATIENCE_SECONDS = 60.0  # of a busy machine; what never happens fails a little later


def eventually(
    probe: Callable[[], T], seconds: float = PATIENCE_SECONDS, *, every: float = 0.02
) -> T:
    """Return the first true answer. Raises AssertionError when there is none in ``seconds``."""
    deadline = time.monotonic() + seconds
    while not (answer := probe()):
        _check(deadline, answer, seconds)
        time.sleep(every)
    return answer


async def eventually_async(
    probe: Callable[[], T], seconds: float = PATIENCE_SECONDS, *, every: float = 0.02
) -> T:
    """Do the same, and let the event loop go on meanwhile."""
    deadline = time.monotonic() + seconds
    while not (answer := probe()):
        _check(deadline, answer, seconds)
        await asyncio.sleep(every)
    return answer


def _check(deadline: float, answer: object, seconds: float) -> None:
    if time.monotonic() > deadline:
        raise AssertionError(f"Not true after {seconds:g} seconds; the last answer was {answer!r}.")
