"""Whoever waits for a page goes before whoever sends a long body.

A body that comes as fast as a local network brings it keeps the event loop, the interpreter and a
processor busy. So between two of its pieces it waits while short requests are in hand, for a
moment at most: it loses little, and they lose little too.
"""

import asyncio
from contextlib import suppress

MOMENT = 0.02  # seconds that a piece waits at most: on a busy site 12 MB still come in a second
YOUNG = 0.1  # seconds; a request that takes longer waits for something else than a processor


class ShortRequests:
    """The requests in hand of one process that have not brought a long body."""

    def __init__(self, moment: float = MOMENT, young: float = YOUNG) -> None:
        self._moment, self._young = moment, young
        self._in_hand: set[object] = set()
        self._newest = 0.0
        self._none = asyncio.Event()

    def enter(self, request: object) -> None:
        """Count a request that begins."""
        if not self._in_hand:
            self._none = asyncio.Event()  # of the loop that runs now
        self._in_hand.add(request)
        self._newest = asyncio.get_running_loop().time()

    def leave(self, request: object) -> None:
        """Count it no more: it is answered, or its body is long. Again changes nothing."""
        self._in_hand.discard(request)
        if not self._in_hand:
            self._none.set()

    async def let_pass(self) -> None:
        """Return when none is in hand, none of them began lately, or a moment has passed."""
        left = self._newest + self._young - asyncio.get_running_loop().time()
        if self._in_hand and left > 0:
            with suppress(TimeoutError):
                async with asyncio.timeout(min(self._moment, left)):
                    await self._none.wait()
