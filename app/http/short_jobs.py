"""Waiting for a short job of a worker: on the event loop, without a thread or a connection.

The request queues a job (``app.jobs.short``) and looks at its row a few times a second.
"""

import asyncio
from collections.abc import Callable
from itertools import chain, repeat
from typing import ParamSpec, TypeVar

from app.health import known_workers
from app.http.threads import run_in_thread
from app.resources import Resources

P = ParamSpec("P")
T = TypeVar("T")
PAUSES = (0.1, 0.2, 0.3)  # seconds between two looks
LAST_PAUSE = 0.5


def has_worker(parts: Resources, queue: str) -> bool:
    """Return whether a worker of ``queue`` has beaten lately; False too while Redis is away."""
    return bool((known_workers(parts) or {}).get(queue))


async def came_true(
    seconds: float, look: Callable[P, bool], *args: P.args, **kwargs: P.kwargs
) -> bool:
    """Return whether ``look`` came true within ``seconds``; raises what it raises."""
    try:
        async with asyncio.timeout(seconds):
            for pause in chain(PAUSES, repeat(LAST_PAUSE)):
                await asyncio.sleep(pause)
                if await run_in_thread(look, *args, **kwargs):
                    return True
    except TimeoutError:
        pass
    return False


async def run_or_undo(
    undo: Callable[[T], None], function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
) -> T:
    """Run a use case in a thread; ``undo`` what it returned when the client hangs up meanwhile.

    A thread cannot be cancelled: what it queues nobody would wait for.
    """
    running = asyncio.ensure_future(run_in_thread(function, *args, **kwargs))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait({running})
        if running.exception() is None:
            await run_in_thread(undo, running.result())
        raise
