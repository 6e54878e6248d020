"""The one hop from the event loop into threads (design D3).

Use cases are plain functions on a sync session. As many threads as database connections, so
that a thread never waits for a connection; the context is copied, so that the request id and
the open unit of work belong to the request.

One person has a share of the threads: what they ask beyond it waits, and the others go before.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar, copy_context
from typing import ParamSpec, TypeVar
from weakref import WeakKeyDictionary, WeakValueDictionary

P = ParamSpec("P")
T = TypeVar("T")
SHARE = 4  # the part of the threads that is one person's, as 1 : SHARE

_executor: ThreadPoolExecutor | None = None
_share = 1
_person: ContextVar[int | None] = ContextVar("person", default=None)
# by event loop, as a semaphore is for one alone, and by person
_turns: WeakKeyDictionary[
    asyncio.AbstractEventLoop, WeakValueDictionary[int, asyncio.Semaphore]
] = WeakKeyDictionary()


def open_executor(threads: int) -> ThreadPoolExecutor:
    """Create the executor of this process."""
    global _executor, _share
    _executor = ThreadPoolExecutor(threads, thread_name_prefix="use-case")
    _share = max(2, threads // SHARE)
    _turns.clear()
    return _executor


def count_for(person: int) -> None:
    """Let what this request does from now on be done in the threads of ``person``."""
    _person.set(person)


async def run_in_thread(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a use case in the executor, in a copy of the caller's context."""
    person = _person.get()
    if person is None or _executor is None:
        return await _run(function, *args, **kwargs)
    persons = _turns.setdefault(asyncio.get_running_loop(), WeakValueDictionary())
    turns = persons.setdefault(person, asyncio.Semaphore(_share))
    await turns.acquire()
    work = asyncio.ensure_future(_run(function, *args, **kwargs))
    work.add_done_callback(lambda _: turns.release())
    try:
        return await asyncio.shield(work)  # a request that was given up still has its thread
    finally:
        del work  # an error would hold this frame, and this frame the error


async def _run(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    context = copy_context()
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_executor, lambda: context.run(function, *args, **kwargs))
