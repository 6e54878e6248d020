"""Works on the next item in a thread while the one before is used."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from services.tabular.errors import UnreadableTable

Item = TypeVar("Item")
Result = TypeVar("Result")


def ahead(items: Iterable[Item], work: Callable[[Item], Result]) -> Iterator[tuple[Item, Result]]:
    """Yield each item, in order, with what ``work`` makes of it.

    Raises what ``items`` or ``work`` raise, once the items before are used.
    """
    before: tuple[Item, Future[Result]] | None = None
    with ThreadPoolExecutor(1) as thread:
        try:
            for item in items:
                working = thread.submit(work, item)
                if before is not None:
                    yield before[0], before[1].result()
                before = item, working
        except UnreadableTable:
            # a fault of a row further up comes first
            if before is not None:
                yield before[0], before[1].result()
            raise
        if before is not None:
            yield before[0], before[1].result()
