"""The one hop from the event loop into threads (design D3).

Use cases are plain functions on a sync session. As many threads as database connections, so
that a thread never waits for a connection; the context is copied, so that the request id and
the open unit of work belong to the request.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_executor: ThreadPoolExecutor | None = None


def open_executor(threads: int) -> ThreadPoolExecutor:
    """Create the executor of this process."""
    global _executor
    _executor = ThreadPoolExecutor(threads, thread_name_prefix="use-case")
    return _executor


async def run_in_thread(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a use case in the executor, in a copy of the caller's context."""
    context = copy_context()
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_executor, lambda: context.run(function, *args, **kwargs))
