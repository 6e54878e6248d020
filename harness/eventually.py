"""Waiting for what other threads and processes do: the one loop that polls."""

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
PATIENCE_SECONDS = 120.0  # of a busy machine; what never happens fails a little later
SHORTEST, LONGEST = 0.02, 0.25  # seconds between two looks
SHARE = 0.1  # of what was waited already: who waits for a training sees it a tenth later


def eventually(
    probe: Callable[[], T], seconds: float = PATIENCE_SECONDS, *, every: float | None = None
) -> T:
    """Assert that an answer becomes true, and return it.

    It looks ``every`` seconds, or more rarely the longer it takes.
    Raises AssertionError when there is none in ``seconds``.
    """
    begun = time.monotonic()
    while not (answer := probe()):
        _check(begun + seconds, answer, seconds)
        time.sleep(_pause(begun, every))
    return answer


async def eventually_async(
    probe: Callable[[], T], seconds: float = PATIENCE_SECONDS, *, every: float | None = None
) -> T:
    """Do the same, and let the event loop go on meanwhile."""
    begun = time.monotonic()
    while not (answer := probe()):
        _check(begun + seconds, answer, seconds)
        await asyncio.sleep(_pause(begun, every))
    return answer


def _pause(begun: float, every: float | None) -> float:
    """Return how long to wait for the next look: each costs the process that is looked at, too."""
    if every is not None:
        return every
    return min(LONGEST, max(SHORTEST, SHARE * (time.monotonic() - begun)))


def _check(deadline: float, answer: object, seconds: float) -> None:
    if time.monotonic() > deadline:
        raise AssertionError(f"Not true after {seconds:g} seconds; the last answer was {answer!r}.")
