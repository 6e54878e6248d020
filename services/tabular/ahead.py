"""Works on the next items in threads while those before are used."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from services.tabular.errors import UnreadableTable

Item = TypeVar("Item")
Result = TypeVar("Result")
THREADS = 3
AT_ONCE = THREADS + 1  # one is ready while the others are worked on


def ahead(items: Iterable[Item], work: Callable[[Item], Result]) -> Iterator[tuple[Item, Result]]:
    """Yield each item, in order, with what ``work`` makes of it.

    ``work`` runs in several threads at once. Raises what ``items`` or ``work`` raise, once the
    items before are used.
    """
    begun = deque[tuple[Item, Future[Result]]]()
    with ThreadPoolExecutor(THREADS) as threads:
        fault: UnreadableTable | None = None
        try:
            for item in items:
                begun.append((item, threads.submit(work, item)))
                if len(begun) == AT_ONCE:
                    yield _first(begun)
        except UnreadableTable as raised:
            fault = raised  # a fault of a row further up comes first
        while begun:
            yield _first(begun)
        if fault is not None:
            raise fault


def _first(begun: deque[tuple[Item, Future[Result]]]) -> tuple[Item, Result]:
    item, working = begun.popleft()
    return item, working.result()
